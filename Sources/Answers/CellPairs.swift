// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// A transformed cell beside the one that it is compared with, over the images that both have.
struct CellPair: Sendable {
    /// The transformed cell.
    let cell: RunCell
    /// What it is compared with: the untransformed cell, or another that the question asks for.
    let baseline: RunCell
    /// Columns of both.
    let columns: PairedColumns
    /// Draws of these images, the same for all cells of a slice.
    let bootstrap: StratifiedBootstrap
}

/// Reads the cells that a question is about, each with the one that it is compared with, a few at a time.
struct CellPairs {
    private let answers: RunAnswers
    private let wanted: (String) -> Bool
    private let isWanted: (RunCell) -> Bool
    private var withoutBaseline: [RunCell] = []
    private var empty = 0
    private var bootstraps: SliceBootstraps

    /// The transformed cells that pass the filter of `answers`, and `isWanted`; of their columns those that `wanted` picks.
    init(
        _ answers: RunAnswers,
        cells isWanted: @escaping (RunCell) -> Bool = { _ in true },
        columns wanted: @escaping (String) -> Bool
    ) {
        self.answers = answers
        bootstraps = SliceBootstraps(answers.settings)
        self.isWanted = isWanted
        self.wanted = wanted
    }

    /// Makes something of each pair, several at the same time, and hands it on in the order of the cells.
    ///
    /// - Parameters:
    ///   - make: Called by several threads.
    ///   - take: Called by this one.
    /// - Throws: `ResultStoreError`, or what `take` throws.
    mutating func forEach<Made: Sendable>(
        _ make: @Sendable (CellPair) -> Made,
        _ take: (Made) throws -> Void
    ) throws {
        let isCompared = { (cell: RunCell) in !cell.isIdentity && answers.isCompared(cell) && isWanted(cell) }
        for (_, cells) in answers.selected(where: isCompared) {
            for (baseline, cells) in groups(of: cells) {
                let before = try answers.store.values(of: baseline.id, where: wanted)
                let step = max(1, answers.settings.threads)
                for start in stride(from: 0, to: cells.count, by: step) {
                    let pairs = try cells[start..<min(start + step, cells.count)].compactMap { cell in
                        try pair(cell, baseline, before)
                    }
                    for made in pairs.concurrentMap(make) { try take(made) }
                }
            }
        }
    }

    /// Neighbours that are compared with the same cell, together.
    private mutating func groups(of cells: [RunCell]) -> [(baseline: RunCell, cells: [RunCell])] {
        var groups: [(baseline: RunCell, cells: [RunCell])] = []
        for cell in cells {
            guard let baseline = answers.baseline(of: cell) else {
                withoutBaseline.append(cell)
                continue
            }
            if groups.last?.baseline.id == baseline.id {
                groups[groups.count - 1].cells.append(cell)
            } else {
                groups.append((baseline, [cell]))
            }
        }
        return groups
    }

    /// What could not be paired.
    var notes: [String] {
        var notes: [String] = []
        if let first = withoutBaseline.first {
            let missing =
                answers.settings.against == .identity ? "identity cell" : "cell of the chain without its last member"
            notes.append(
                "\(counted(withoutBaseline.count, "cell", "has", "have")) no \(missing) in the run to be compared with, "
                    + "such as \(first.briefTransform) of \(Subject(first))."
            )
        }
        if empty > 0 { notes.append("\(counted(empty, "cell", "has", "have")) no recorded image yet.") }
        return notes
    }

    private mutating func pair(_ cell: RunCell, _ baseline: RunCell, _ before: CellColumns) throws -> CellPair? {
        let columns = PairedColumns(after: try answers.store.values(of: cell.id, where: wanted), before: before)
        guard !columns.indices.isEmpty else {
            empty += 1
            return nil
        }
        let bootstrap = bootstraps.bootstrap(columns.labels)
        return CellPair(cell: cell, baseline: baseline, columns: columns, bootstrap: bootstrap)
    }
}

extension RunAnswers {
    /// Whether `cell`, a transformed one, is of those that the question compares.
    fileprivate func isCompared(_ cell: RunCell) -> Bool { settings.against == .identity || cell.isChain }

    /// What `cell` is compared with; nil where the run has no such cell.
    fileprivate func baseline(of cell: RunCell) -> RunCell? {
        switch settings.against {
        case .identity: return identity(of: cell)
        case .shorter:
            guard let wanted = cell.transformSpec?.shorter else { return nil }
            let parameters = wanted.parameters
            return transformed[Subject(cell)]?.first { $0.transform == wanted.name && $0.parameters == parameters }
        }
    }
}
