// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Statistics
import Vocabulary

/// A data set that a model scored, with all that its images' scores are made of.
struct ScoredSet {
    /// The untransformed cell.
    let cell: RunCell
    /// Its recorded columns.
    let columns: CellColumns
    /// Numbers of an image; nil where the likelihoods do not say.
    let dimensions: Int?

    init(_ cell: RunCell, in store: ResultStore) throws {
        self.cell = cell
        columns = try store.values(of: cell.id) { LikelihoodTerms.isNeeded($0) || $0 == "correct" }
        dimensions = LikelihoodTerms.dimensions(of: columns)
    }

    /// Bits per dimension, one for each recorded image; not a number where it is none.
    var bitsPerDimension: [Double] { (columns["bpd"] ?? []).map(Double.init) }

    /// The images' classes.
    var labels: [Int] { columns.labels.map { Int($0) } }

    var isClassifier: Bool { columns["correct"] != nil }

    /// The squared latents of each level, from level 1, halved; and how many latents each has.
    ///
    /// Empty for other models.
    var levels: (quadratics: [[Double]], dimensions: [Int]) {
        var quadratics: [[Double]] = []
        while let level = columns["quadratic.\(quadratics.count + 1)"] { quadratics.append(level.map(Double.init)) }
        guard let dimensions, !quadratics.isEmpty else { return ([], []) }
        return (quadratics, Typicality.levelDimensions(of: dimensions, levels: quadratics.count))
    }
}

/// One score of the images of two data sets; larger is stranger.
struct PairOfScores {
    var name: String
    var basis: String
    var inside: [Double]
    var outside: [Double]
}
