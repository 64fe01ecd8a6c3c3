// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Vocabulary

/// The data sets that models scored untransformed, of those models that scored two or more.
struct ComparedDatasets {
    /// A model with a seed of its noise and the kind of its likelihoods.
    struct Scorer {
        var name: String
        /// What it scored, by the names in ``ComparedDatasets/datasets``.
        var cells: [String: RunCell]
    }

    private struct Key: Hashable {
        var model: String
        var seed: UInt64
        var conditioning: Conditioning
        var estimate: LikelihoodEstimate
    }

    /// In the order of the run.
    private(set) var scorers: [Scorer]
    /// In the order of the run.
    let datasets: [String]

    /// The cells that pass the filter of `answers`; of classifiers none, which give images no likelihood.
    ///
    /// - Throws: `AnswerError` where no model scored two data sets, `ResultStoreError`.
    init(_ answers: RunAnswers) throws {
        let identities = try answers.cells.filter { cell in
            try cell.isIdentity && cell.recordedImages > 0 && answers.filter.matches(cell)
                && !answers.store.columns(of: cell.id).contains("correct")
        }
        func key(_ cell: RunCell) -> Key {
            Key(model: cell.model, seed: cell.seed, conditioning: cell.conditioning, estimate: cell.estimate)
        }
        let groups = Dictionary(grouping: identities, by: key)
            .filter { Set($0.value.map(\.dataset)).count > 1 }
        let cells = identities.filter { groups[key($0)] != nil }
        guard !cells.isEmpty else {
            throw AnswerError.nothingToCompare(
                "no model of run \(answers.run.id) that passes --where scored two data sets untransformed"
            )
        }
        let names = SubjectNames(cells)
        datasets = cells.map { names.dataset(of: $0) }.unrepeated
        scorers = cells.map(key).unrepeated.compactMap { key -> Scorer? in
            guard let own = groups[key] else { return nil }
            let byName = Dictionary(own.map { (names.dataset(of: $0), $0) }) { first, _ in first }
            return Scorer(name: names.scorer(of: own[0]), cells: byName)
        }
    }

    /// The same, at most `size` models each.
    func parts(of size: Int) -> [ComparedDatasets] {
        stride(from: 0, to: scorers.count, by: size).map { start in
            var part = self
            part.scorers = Array(scorers[start..<min(start + size, scorers.count)])
            return part
        }
    }
}
