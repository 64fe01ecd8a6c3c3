// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Statistics
import Vocabulary

/// Which terms of a Glow's likelihood a transformation moved: one level of one cell, or all of them together.
///
/// All numbers are mean differences in bits per dimension, transformed minus untransformed, as they enter the bits per
/// dimension: what makes an image less likely is above 0. The terms of all levels add up to `change`, but for the rounding
/// of the recorded numbers, which `rest` is.
public struct DecompositionRow: Hashable, Sendable {
    /// One term, and its interval over images.
    public struct Term: Hashable, Sendable {
        /// The mean difference.
        public var mean: Double
        /// The bootstrap's BCa interval; of a single level, the mean with its standard errors.
        public var interval: Interval
    }

    /// The transformed cell.
    public var cell: RunCell
    /// The images' class; nil for all classes together.
    public var label: Int?
    /// The level, from 1; nil for all levels together.
    public var level: Int?
    /// Images in which all terms are finite.
    public var count: Int
    /// Minus the log-determinant of actnorms, 1×1 convolutions and couplings.
    public var logDeterminant: Term
    /// Half the squared norm of the standardised latents.
    public var quadratic: Term
    /// The log-scales of the prior.
    public var logScale: Term
    /// The mixture of classes and of draws; nil for a level, and where it is 0 throughout.
    public var mixture: Term?
    /// The sum of the terms.
    public var sum: Term
    /// The mean difference in bits per dimension as recorded; nil for a level.
    public var change: Double?
    /// `change` minus `sum`.
    public var rest: Double? { change.map { $0 - sum.mean } }
}

extension DecompositionRow: AnswerRow {
    /// The columns; `level` is null for all levels together, `class` for all classes.
    public static let columns = figures + AnswerColumn.estimate { $0.cell.estimate }

    private static let figures: [AnswerColumn<DecompositionRow>] =
        [
            .init("cell", "cell") { .text($0.cell.id.description) },
            .init("model", "model", .context(minimum: 10), shown: { .text($0.cell.modelLabel) }) {
                .text($0.cell.model)
            },
            .init("dataset", "dataset", .context(minimum: 7)) { .text($0.cell.dataset) },
            .init("split", "split", .context(minimum: 5), dropOrder: 1) { .text($0.cell.split) },
            .init("conditioning", "conditioning", .context(minimum: 5), dropOrder: 1) {
                .text($0.cell.conditioning.rawValue)
            },
            .init("transform", "transform") { .text($0.cell.transform) },
            .init("parameters", "parameters") { .text($0.cell.parameters) },
            .init(nil, "transform", .label(minimum: 30)) { .text($0.cell.briefTransform) },
            .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.cell.seed) },
            .init("class") { .integer($0.label) },
            .init(nil, "class", .count, dropOrder: 6) { $0.label.map { .integer($0) } ?? .text("all") },
            .init("level") { .integer($0.level) },
            .init(nil, "level", .count) { $0.level.map { .integer($0) } ?? .text("all") },
            .init("n", "n", .count, dropOrder: 4) { .integer($0.count) },
        ] + term("logdet", "−logdet") { $0.logDeterminant } + term("quadratic", "quadratic") { $0.quadratic }
        + term("logscale", "log-scale") { $0.logScale } + term("mixture", "mixture", dropOrder: 7) { $0.mixture }
        + term("sum", "sum") { $0.sum } + [
            .init(nil, "low", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.sum.interval.low) },
            .init(nil, "high", .fixed(decimals: 4, signed: true), dropOrder: 3) { .number($0.sum.interval.high) },
            .init("change", "mean Δ", .fixed(decimals: 4, signed: true)) { .number($0.change) },
            .init("rest", "rest") { .number($0.rest) },
        ]

    private static func term(
        _ key: String,
        _ title: String,
        dropOrder: Int? = nil,
        _ value: @escaping @Sendable (DecompositionRow) -> Term?
    ) -> [AnswerColumn<DecompositionRow>] {
        [
            .init(key, title, .fixed(decimals: 4, signed: true), dropOrder: dropOrder) { .number(value($0)?.mean) },
            .init("\(key)_low") { .number(value($0)?.interval.low) },
            .init("\(key)_high") { .number(value($0)?.interval.high) },
        ]
    }

    /// The levels of a cell and class stand together.
    public func startsGroup(after previous: DecompositionRow) -> Bool {
        cell != previous.cell || label != previous.label
    }
}
