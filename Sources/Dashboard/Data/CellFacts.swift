// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary

/// A cell with the figures of all its images, as a twin has them: under the names that exports and the store's views use.
struct CellFacts: Hashable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case cell, model, dataset, split, transform, parameters, seed, images, recordedImages = "recorded"
        case failedImages = "failed", disputedShards = "disputed_shards", measure, baseline, all
    }

    var cell: String
    var model: String
    var dataset: String
    var split: String
    var transform: String
    var parameters: String
    var seed: UInt64
    var images: Int
    var recordedImages: Int
    var failedImages: Int
    var disputedShards: Int
    var measure: String?
    var baseline: String?
    /// All classes together; nil before anything is recorded.
    var all: GroupFacts?

    init(_ cell: SummarisedCell) {
        self.cell = cell.id.description
        (model, dataset, split) = (cell.spec.model, cell.spec.dataset, cell.split)
        (transform, parameters) = (cell.spec.transform.name, cell.spec.transform.parameters)
        seed = cell.spec.seed
        (images, recordedImages) = (cell.images, cell.recordedImages)
        (failedImages, disputedShards) = (cell.failedImages, cell.disputedShards)
        measure = cell.summary?.measure.rawValue
        baseline = cell.baseline?.description
        all = cell.summary.map { GroupFacts($0.all) }
    }
}

/// The figures of a class, or of all classes.
struct GroupFacts: Hashable, Encodable {
    struct Bin: Hashable, Encodable {
        var low: Double
        var high: Double
        var count: Int
    }

    private enum CodingKeys: String, CodingKey {
        case label = "class", count = "n", nonFinite = "non_finite", mean, standardDeviation = "sd", minimum
        case lowerQuartile = "q25", median, upperQuartile = "q75", maximum, meanDifference = "delta_mean"
        case differenceStandardDeviation = "delta_sd", pairs = "delta_n", raisedShare = "delta_raised", histogram
    }

    /// The class; nil for all together.
    var label: Int?
    var count: Int
    var nonFinite: Int
    var mean: Double?
    var standardDeviation: Double?
    var minimum: Double?
    var lowerQuartile: Double?
    var median: Double?
    var upperQuartile: Double?
    var maximum: Double?
    var meanDifference: Double?
    var differenceStandardDeviation: Double?
    var pairs: Int?
    var raisedShare: Double?
    var histogram: [Bin]

    init(_ group: CellSummary.Group) {
        let (summary, difference) = (group.summary, group.difference)
        label = group.label
        (count, nonFinite) = (summary.count, summary.nonFiniteCount)
        (mean, standardDeviation) = (summary.mean, summary.standardDeviation)
        (minimum, maximum) = (summary.minimum, summary.maximum)
        (lowerQuartile, median, upperQuartile) = (summary.lowerQuartile, summary.median, summary.upperQuartile)
        meanDifference = difference?.mean
        differenceStandardDeviation = difference?.standardDeviation
        pairs = difference?.count
        raisedShare = difference?.raisedShare
        let bins = group.histogram
        histogram = bins.counts.enumerated().map { position, count in
            let low = Double(bins.first + position) * bins.width
            return Bin(low: low, high: low + bins.width, count: count)
        }
    }
}
