// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import ResultStore
import Vocabulary

/// The images behind scored sets, loaded once each, and what the sweep file says of where they come from.
struct ComplexityImages {
    private let datasets: RunDatasets?
    private var loaded: [String: Result<ImageDataset, MissingSource>] = [:]
    /// Bits per number of each image, by its index.
    private var lengths: [Key: [UInt32: Double]] = [:]
    private let problem: String?

    private struct Key: Hashable {
        var dataset: String
        var complexity: ImageComplexity
    }

    /// The images of the run of `answers`; none without a library.
    init(_ answers: RunAnswers, library: DatasetLibrary?) {
        do {
            datasets = try RunDatasets(of: answers.run, in: answers.store, library: library ?? DatasetLibrary())
            problem = library == nil ? "the images were not asked for" : nil
        } catch {
            datasets = nil
            problem = "\(error)"
        }
    }

    /// Why scores that need images are missing.
    var notes: [String] {
        loaded.values.compactMap { result in
            guard case .failure(let missing) = result else { return nil }
            return "No complexity-corrected score: \(missing)."
        }.sorted()
    }

    /// Every two sets of different origin, each way; sets of one origin are the parts of one data set.
    func pairs(_ sets: [ScoredSet]) -> [(own: ScoredSet, other: ScoredSet)] {
        sets.flatMap { own in
            sets.filter { !isSameOrigin(own.cell, $0.cell) && own.cell.split != "train" && $0.cell.split != "train" }
                .map { (own, $0) }
        }
    }

    /// The training images of the same data set, if the model scored them too.
    func training(of own: ScoredSet, among sets: [ScoredSet]) -> ScoredSet? {
        sets.first { $0.cell.split == "train" && own.cell.split != "train" && isSameOrigin($0.cell, own.cell) }
    }

    /// Bits per dimension less those of each compressor; a pair without scores where there are no images.
    mutating func corrected(_ own: ScoredSet, _ other: ScoredSet) -> [PairOfScores] {
        ImageComplexity.allCases.map { complexity in
            let name = "complexity-corrected (\(complexity.rawValue))"
            switch (scores(own, complexity), scores(other, complexity)) {
            case (.success(let inside), .success(let outside)):
                return PairOfScores(
                    name: name,
                    basis: "bpd − bits by \(complexity.rawValue) per number of the 8-bit image",
                    inside: inside,
                    outside: outside
                )
            case (.failure(let missing), _), (_, .failure(let missing)):
                return PairOfScores(name: name, basis: "not measured: \(missing)", inside: [], outside: [])
            }
        }
    }

    /// Bits per dimension less what the compressor needs, per number of the data set's own 8-bit image (Serrà et al., ICLR
    /// 2020).
    private mutating func scores(_ set: ScoredSet, _ complexity: ImageComplexity) -> Result<[Double], MissingSource> {
        images(of: set).map { images in
            let key = Key(dataset: "\(set.cell.dataset)/\(set.cell.split)", complexity: complexity)
            var known = lengths[key] ?? [:]
            for index in set.columns.indices where known[index] == nil {
                let bits = complexity.bits(of: images.image(at: Int(index))) ?? .nan
                known[index] = bits / Double(images.shape.count)
            }
            lengths[key] = known
            return zip(set.bitsPerDimension, set.columns.indices).map { $0 - (known[$1] ?? .nan) }
        }
    }

    private mutating func images(of set: ScoredSet) -> Result<ImageDataset, MissingSource> {
        guard let datasets, problem == nil else { return .failure(MissingSource(problem ?? "no images")) }
        let key = "\(set.cell.dataset)/\(set.cell.split)"
        if let known = loaded[key] { return known }
        let found: Result<ImageDataset, MissingSource>
        do {
            found = .success(try datasets.dataset(of: set.cell))
        } catch {
            found = .failure(error as? MissingSource ?? MissingSource("\(error)"))
        }
        loaded[key] = found
        return found
    }

    private func isSameOrigin(_ one: RunCell, _ other: RunCell) -> Bool {
        if one.dataset == other.dataset { return true }
        guard let datasets, let source = datasets.source(of: one) else { return false }
        return source == datasets.source(of: other)
    }
}
