// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
public import Vocabulary

/// How well one score of a model tells the images of one data set from those of another.
///
/// Scores are larger for what the model finds stranger; the outside set is the positive class. An area below one half says
/// that the model finds the inside set stranger.
public struct OODRow: Hashable, Sendable {
    /// The model.
    public var model: String
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// Which likelihood was reported.
    public var conditioning: Conditioning
    /// How it was taken from the model.
    public var estimate = LikelihoodEstimate.standard
    /// The data set that is taken for the model's own.
    public var inside: String
    /// The data set that is to be told from it.
    public var outside: String
    /// The part of the inside set.
    public var split: String
    /// The score's name.
    public var score: String
    /// What the score was made with, or why there is none.
    public var basis: String
    /// Images of the inside set with a score.
    public var insideCount: Int
    /// Images of the outside set with a score.
    public var outsideCount: Int
    /// Images without one: their values are no numbers.
    public var nonFinite: Int
    /// The area under the ROC curve, ties counted half; nil where there is no score.
    public var area: Double?
    /// DeLong's interval on the logit scale; not estimable at 0 and 1.
    public var interval: Interval?
    /// Average precision of finding outside images (a sum of steps).
    public var averagePrecision: Double?
    /// The same of finding inside images, by the negated score.
    public var averagePrecisionInside: Double?
    /// The share of inside images taken for outside ones where 95 % of the outside ones are found.
    public var falsePositiveRateOutsidePositive: Double?
    /// The share of outside images taken for inside ones where 95 % of the inside ones are kept.
    public var falsePositiveRateInsidePositive: Double?
    /// The bootstrap's intervals of these; nil where there is no score.
    public var intervals: Intervals?

    /// The model's name with what is not standard of the estimate.
    public var modelLabel: String { estimate.label(model) }

    /// Percentile intervals over images, those of both sets drawn again within their classes.
    public struct Intervals: Hashable, Sendable {
        /// Of ``OODRow/averagePrecision``.
        public var averagePrecision: Interval
        /// Of ``OODRow/averagePrecisionInside``.
        public var averagePrecisionInside: Interval
        /// Of ``OODRow/falsePositiveRateOutsidePositive``.
        public var falsePositiveRateOutsidePositive: Interval
        /// Of ``OODRow/falsePositiveRateInsidePositive``.
        public var falsePositiveRateInsidePositive: Interval
    }
}

extension OODRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<OODRow>] =
        area + figures + limits + basis + AnswerColumn.estimate { $0.estimate }

    private static let area: [AnswerColumn<OODRow>] = [
        .init("model", "model", .context(minimum: 10), shown: { .text($0.modelLabel) }) { .text($0.model) },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.seed) },
        .init("conditioning", "conditioning", .context(minimum: 5), dropOrder: 1) { .text($0.conditioning.rawValue) },
        .init("inside", "inside", .context(minimum: 6)) { .text($0.inside) },
        .init("outside", "outside", .context(minimum: 7)) { .text($0.outside) },
        .init("split", "split", .context(minimum: 5), dropOrder: 1) { .text($0.split) },
        .init("score", "score", .text(minimum: 27)) { .text($0.score) },
        .init("auroc", "AUROC", .fixed(decimals: 4)) { .number($0.area) },
        .init("low", "low", .fixed(decimals: 4), dropOrder: 8) { .number($0.interval?.low) },
        .init("high", "high", .fixed(decimals: 4), dropOrder: 8) { .number($0.interval?.high) },
        .init("interval_estimable", "estimable") { $0.interval.map { .truth($0.isEstimable) } ?? .absent },
    ]

    private static let figures: [AnswerColumn<OODRow>] = [
        .init("average_precision", "AP", .fixed(decimals: 4), dropOrder: 5) { .number($0.averagePrecision) },
        .init("average_precision_inside", "AP inside") { .number($0.averagePrecisionInside) },
        .init("fpr95_ood_positive", "FPR95 out+", .fixed(decimals: 3), dropOrder: 7) {
            .number($0.falsePositiveRateOutsidePositive)
        },
        .init("fpr95_id_positive", "FPR95 in+", .fixed(decimals: 3), dropOrder: 6) {
            .number($0.falsePositiveRateInsidePositive)
        },
    ]

    private static let limits: [AnswerColumn<OODRow>] =
        limits("average_precision") { $0.averagePrecision }
        + limits("average_precision_inside") { $0.averagePrecisionInside }
        + limits("fpr95_ood_positive") { $0.falsePositiveRateOutsidePositive }
        + limits("fpr95_id_positive") { $0.falsePositiveRateInsidePositive }

    private static let basis: [AnswerColumn<OODRow>] = [
        .init("n_inside", "n in", .count, dropOrder: 3) { .integer($0.insideCount) },
        .init("n_outside", "n out", .count, dropOrder: 3) { .integer($0.outsideCount) },
        .init("non_finite", "non-finite") { .integer($0.nonFinite) },
        .init("basis", "basis", .text(minimum: 28), dropOrder: 2) { .text($0.basis) },
    ]

    /// The limits of a figure's interval, for JSON and CSV.
    private static func limits(
        _ key: String,
        _ interval: @escaping @Sendable (Intervals) -> Interval
    ) -> [AnswerColumn<OODRow>] {
        [
            .init("\(key)_low") { .number($0.intervals.map { interval($0).low }) },
            .init("\(key)_high") { .number($0.intervals.map { interval($0).high }) },
        ]
    }

    /// The scores of a model and a pair of data sets stand together.
    public func startsGroup(after previous: OODRow) -> Bool {
        (model, inside, outside) != (previous.model, previous.inside, previous.outside)
            || (seed, conditioning) != (previous.seed, previous.conditioning)
    }
}
