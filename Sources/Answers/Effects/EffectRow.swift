// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Statistics
import Vocabulary

/// What a transformation did to the images of one cell, or to those of one class.
///
/// Differences are transformed minus untransformed (or minus what `against` says), image by image, of bits per dimension; of a classifier they are those
/// of its answers, 1 for right and 0 for wrong, so that their mean is a change of accuracy.
public struct EffectRow: Hashable, Sendable {
    /// The transformed cell.
    public var cell: RunCell
    /// The images' class; nil for all classes together.
    public var label: Int?
    /// What the differences are of.
    public var measure: Measure
    /// Everything that is said of the differences but the interval.
    public var effect: PairedEffect
    /// The bootstrap's BCa interval of the mean; nil without finite differences.
    public var interval: Interval?
    /// Wilcoxon's log₁₀ p (zeros dropped), adjusted for the family that the row belongs to.
    public var adjustedLog10P: Double?
    /// How it was adjusted.
    public var adjustment = Adjustment.holm
    /// The smallest effect that counts, which the verdict is made with.
    public var smallestEffect: Double
    /// What the interval says; nil without finite differences.
    public var verdict: Verdict?
    /// Images that one of the two cells lacks.
    public var unpaired: Int
    /// The transformation that the cell is compared with, in canonical text.
    public var against = TransformSpec.identity.name
}

/// How p values of several questions are adjusted.
public enum Adjustment: String, Hashable, Sendable, CaseIterable {
    /// Holm's step-down method: the chance of one false finding in the family is bounded.
    case holm
    /// Benjamini and Hochberg's: the share of false findings among the findings is.
    case benjaminiHochberg = "bh"
}

extension EffectRow: AnswerRow {
    /// The columns; `class` is null for all classes together.
    public static let columns =
        figures + AnswerColumn.estimate { $0.cell.estimate } + [.init("against", "against") { .text($0.against) }]

    private static let figures: [AnswerColumn<EffectRow>] = [
        .init("cell", "cell") { .text($0.cell.id.description) },
        .init("model", "model", .context(minimum: 10), shown: { .text($0.cell.modelLabel) }) { .text($0.cell.model) },
        .init("dataset", "dataset", .context(minimum: 7)) { .text($0.cell.dataset) },
        .init("split", "split", .context(minimum: 5), dropOrder: 1) { .text($0.cell.split) },
        .init("conditioning", "conditioning", .context(minimum: 5), dropOrder: 1) {
            .text($0.cell.conditioning.rawValue)
        },
        .init("transform", "transform") { .text($0.cell.transform) },
        .init("parameters", "parameters") { .text($0.cell.parameters) },
        .init(nil, "transform", .label(minimum: 48)) { .text($0.cell.briefTransform) },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.cell.seed) },
        .init("measure", "measure", .context(minimum: 3)) { .text($0.measure.rawValue) },
        .init("class") { .integer($0.label) },
        .init(nil, "class", .count) { $0.label.map { .integer($0) } ?? .text("all") },
        .init("n", "n", .count, dropOrder: 5) { .integer($0.effect.count) },
        .init("zeros", "zeros", .count, dropOrder: 2) { .integer($0.effect.zeros) },
        .init("non_finite", "non-finite") { .integer($0.effect.nonFinite) },
        .init("unpaired", "unpaired") { .integer($0.unpaired) },
        .init("mean", "mean Δ", .fixed(decimals: 4, signed: true)) { .number($0.effect.mean) },
        .init("low", "low", .fixed(decimals: 4, signed: true), dropOrder: 9) { .number($0.interval?.low) },
        .init("high", "high", .fixed(decimals: 4, signed: true), dropOrder: 9) { .number($0.interval?.high) },
        .init("interval_estimable", "estimable") { $0.interval.map { .truth($0.isEstimable) } ?? .absent },
        .init("median", "median", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.effect.median) },
        .init("hodges_lehmann", "HL", .fixed(decimals: 4, signed: true), dropOrder: 6) {
            .number($0.effect.hodgesLehmann)
        },
        .init("dz", "dz", .fixed(decimals: 2, signed: true), dropOrder: 7) { .number($0.effect.dz) },
        .init("rank_biserial", "r rank", .fixed(decimals: 2, signed: true), dropOrder: 2) {
            .number($0.effect.rankBiserial)
        },
        .init("raised", "raised %", .percent, dropOrder: 8) { .number($0.effect.raisedShare) },
        .init("raised_low", "raised low") { .number($0.effect.raisedInterval?.low) },
        .init("raised_high", "raised high") { .number($0.effect.raisedInterval?.high) },
        .init("wilcoxon_log10_p", "p") { .number($0.log10P) },
        .init("wilcoxon_pratt_log10_p", "p (Pratt)") {
            $0.effect.count > 0 ? .number($0.effect.wilcoxonPratt.log10P) : .absent
        },
        .init("adjusted_log10_p", "adj. p", .logarithm, dropOrder: 6) { .number($0.adjustedLog10P) },
        .init("adjustment", "by", .text(minimum: 4), dropOrder: 4) { .text($0.adjustment.rawValue) },
        .init("smallest_effect", "smallest effect") { .number($0.smallestEffect) },
        .init("verdict", "verdict", .text(minimum: 10)) { .text($0.verdict?.rawValue) },
    ]

    /// Wilcoxon's log₁₀ p, zeros dropped; nil without finite differences.
    public var log10P: Double? { effect.count > 0 ? effect.wilcoxon.log10P : nil }

    /// A cell's rows stand together.
    public func startsGroup(after previous: EffectRow) -> Bool {
        cell != previous.cell && (label != nil || previous.label != nil)
    }
}
