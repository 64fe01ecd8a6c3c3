// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// What the changes under transformations say of the images of two sets: the transformations that both have, complete or
/// as far as recorded, one cell at a time.
struct ChangeScores {
    private let answers: RunAnswers
    private let own: ScoredSet
    private let other: ScoredSet
    private let shared: [(name: String, inside: RunCell, outside: RunCell)]

    init(_ answers: RunAnswers, _ own: ScoredSet, _ other: ScoredSet) {
        self.answers = answers
        self.own = own
        self.other = other
        let (inside, outside) = (answers.cellsByTransform(own), answers.cellsByTransform(other))
        shared = inside.keys.sorted().compactMap { name in
            inside[name].flatMap { cell in outside[name].map { (name: name, inside: cell, outside: $0) } }
        }
    }

    /// `mean change` over all transformations; `stirring` over the dihedral ones, `shaking` over the shuffles of each
    /// number of patches, and both together (Umapathi et al., IJCAI 2023).
    ///
    /// Stirring and shaking are the mean of log p(Tx) − log p(x), in bits per dimension: images that a model knows lose
    /// more when what is far apart in them is torn apart, so that the larger value is stranger.
    func scores() throws -> [PairOfScores] {
        guard !shared.isEmpty else { return [] }
        var (all, stirring) = (MeanChanges(), MeanChanges())
        var shaking: [Int: MeanChanges] = [:]
        for (_, insideCell, outsideCell) in shared {
            let (inside, outside) = (try changes(own, insideCell), try changes(other, outsideCell))
            all.add(inside, outside)
            let transform = insideCell.transformSpec
            if transform?.as(Dihedral.self) != nil { stirring.add(inside, outside) }
            if let shuffle = transform?.as(PatchShuffle.self) {
                shaking[shuffle.patches, default: MeanChanges()].add(inside, outside)
            }
        }
        var scores = [
            PairOfScores(
                name: "mean change",
                basis: "mean ΔBPD over \(shared.map(\.name).joined(separator: ", "))",
                inside: all.inside,
                outside: all.outside
            )
        ]
        if stirring.count > 0 {
            scores.append(stirring.falls("stirring", over: counted(stirring.count, "dihedral map")))
        }
        for (patches, shaken) in shaking.sorted(by: { $0.key < $1.key }) {
            let kind = "\(patches)×\(patches)"
            let shuffles = "\(counted(shaken.count, "shuffle")) of \(kind) patches"
            scores.append(shaken.falls("shaking \(kind)", over: shuffles))
            guard stirring.count > 0 else { continue }
            var both = MeanChanges()
            both.add(stirring.inside, stirring.outside)
            both.add(shaken.inside, shaken.outside)
            scores.append(both.falls("stirring and shaking \(kind)", over: "these two means"))
        }
        return scores
    }

    /// The change of each image of the set under a cell's transformation; not a number for one that the cell lacks.
    private func changes(_ set: ScoredSet, _ cell: RunCell) throws -> [Double] {
        let after = try answers.store.values(of: cell.id) { $0 == "bpd" }
        let pair = PairedColumns(after: after, before: set.columns)
        let changes = pair.differences(of: "bpd") ?? []
        if pair.indices == set.columns.indices, changes.count == pair.indices.count { return changes }
        let known = Dictionary(zip(pair.indices, changes)) { first, _ in first }
        return set.columns.indices.map { known[$0] ?? .nan }
    }
}

extension RunAnswers {
    /// The transformed cells of a set that have images, by their transformations in brief.
    fileprivate func cellsByTransform(_ set: ScoredSet) -> [String: RunCell] {
        let cells = (transformed[Subject(set.cell)] ?? []).filter { $0.recordedImages > 0 }
        return Dictionary(cells.map { ($0.briefTransform, $0) }) { first, _ in first }
    }
}

/// The mean change of each image of two sets over cells; not a number for an image that one of the cells lacks.
private struct MeanChanges {
    private var sums: (inside: [Double], outside: [Double]) = ([], [])
    private(set) var count = 0

    mutating func add(_ inside: [Double], _ outside: [Double]) {
        sums = count == 0 ? (inside, outside) : (Self.sum(sums.inside, inside), Self.sum(sums.outside, outside))
        count += 1
    }

    var inside: [Double] { sums.inside.map { $0 / Double(count) } }
    var outside: [Double] { sums.outside.map { $0 / Double(count) } }

    /// The means with the other sign, as a score.
    func falls(_ name: String, over what: String) -> PairOfScores {
        PairOfScores(
            name: name,
            basis: "mean log₂ p(Tx) − log₂ p(x) per dimension over \(what)",
            inside: inside.map { -$0 },
            outside: outside.map { -$0 }
        )
    }

    private static func sum(_ one: [Double], _ other: [Double]) -> [Double] { zip(one, other).map { $0 + $1 } }
}
