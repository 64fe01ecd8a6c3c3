// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One cell of a run with its summary: what a view shows a line of, or a page.
public struct SummarisedCell: Hashable, Sendable {
    /// The cell's place in the run, counted from 0; in a run it names the cell, while two places may have one id.
    public var ordinal: Int
    /// The cell's id.
    public var id: CellID
    /// What the cell is, by the names that the sweep file gives.
    public var spec: CellSpec
    /// The part of the data set: `train` or `test`.
    public var split: String
    /// Which likelihood is reported.
    public var conditioning: Conditioning
    /// How it is taken from the model.
    public var estimate: LikelihoodEstimate
    /// Number of images.
    public var images: Int
    /// Number of images that are recorded.
    public var recordedImages: Int
    /// Number of images that have no result because their shards were given up.
    public var failedImages: Int
    /// Number of shards whose recorded rows another worker contradicts.
    public var disputedShards: Int
    /// The cell that the differences are to; nil where the store has no cell with `identity` in the transformation's place.
    public var baseline: CellID?
    /// What is recorded, summarised; nil before anything is.
    public var summary: CellSummary?

    /// A cell of a run.
    public init(
        ordinal: Int,
        id: CellID,
        spec: CellSpec,
        split: String,
        conditioning: Conditioning,
        estimate: LikelihoodEstimate = .standard,
        images: Int,
        recordedImages: Int,
        failedImages: Int = 0,
        disputedShards: Int = 0,
        baseline: CellID? = nil,
        summary: CellSummary? = nil
    ) {
        self.ordinal = ordinal
        self.id = id
        self.spec = spec
        self.split = split
        self.conditioning = conditioning
        self.estimate = estimate
        self.images = images
        self.recordedImages = recordedImages
        self.failedImages = failedImages
        self.disputedShards = disputedShards
        self.baseline = baseline
        self.summary = summary
    }

    /// Whether every image is recorded.
    public var isComplete: Bool { recordedImages == images }

    /// The model as tables name it: what is not bits per dimension, and of no standard estimate, says so there, beside
    /// figures that are.
    public var modelLabel: String {
        summary?.measure == .correct ? "\(spec.model) (accuracy)" : estimate.label(spec.model)
    }

    /// A row for each class, then one for all; one without figures where nothing is recorded and images failed; else none.
    public var rows: [CellStatistics] {
        guard let summary else {
            guard failedImages > 0 else { return [] }
            return [CellStatistics(cell: id, spec: spec, summary: Summary(count: 0), failed: failedImages)]
        }
        var named = spec
        named.model = modelLabel
        return (summary.classes + [summary.all]).map { group in
            CellStatistics(
                cell: id,
                spec: named,
                label: group.label,
                summary: group.summary,
                meanDifference: group.difference?.mean,
                failed: failedImages
            )
        }
    }
}
