// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Statistics
import Vocabulary

/// How the bits per dimension of one model and data set follow one parameter of a transformation, all others fixed.
public struct DoseRow: Hashable, Sendable {
    /// One setting of the parameter.
    public struct Point: Hashable, Sendable {
        /// The cell.
        public var cell: RunCell
        /// The parameter, without its sign.
        public var dose: Double
        /// The mean difference over the images that all settings have.
        public var mean: Double
        /// Its interval over images.
        public var interval: Interval
        /// The isotonic fit.
        public var fitted: Double
    }

    /// A cell of the group: what it shares with the others is what the row is about.
    public var cell: RunCell
    /// The parameter's name, with its sign where settings are below 0: `scale`, `-dx`.
    public var parameter: String
    /// The other parameters, as far as they are not at their standard values.
    public var others: String
    /// What the differences are of; a classifier's are of its error rate, so that they rise.
    public var measure: Measure
    /// Images that all settings have.
    public var count: Int
    /// The settings, ascending.
    public var points: [Point]
    /// The rise at which a dose counts as effective.
    public var rise: Double
    /// Where the isotonic fit reaches the rise.
    public var effectiveDose: EffectiveDose
    /// The lower limit of its 95 % interval.
    public var effectiveDoseLow: EffectiveDose
    /// The upper limit.
    public var effectiveDoseHigh: EffectiveDose
    /// The share of replicates whose effective dose lies within the range of doses.
    public var withinRange: Double
    /// Sum of squares by which the free means differ from the isotonic fit.
    public var departure: Double
    /// log₁₀ p of "the response never falls": small where it does fall.
    public var monotonicityLog10P: Double
    /// The first dose behind the likeliest jump between two levels; nil for a single dose.
    public var changePoint: Double?
    /// The share of bootstrap replicates that have the same change point.
    public var changePointShare: Double
}

extension DoseRow: AnswerRow {
    /// The columns.
    public static let columns = figures + AnswerColumn.estimate { $0.cell.estimate }

    private static let figures: [AnswerColumn<DoseRow>] = [
        .init("model", "model", .context(minimum: 10), shown: { .text($0.cell.modelLabel) }) { .text($0.cell.model) },
        .init("dataset", "dataset", .context(minimum: 7)) { .text($0.cell.dataset) },
        .init("split", "split", .context(minimum: 5), dropOrder: 1) { .text($0.cell.split) },
        .init("conditioning", "conditioning", .context(minimum: 5), dropOrder: 1) {
            .text($0.cell.conditioning.rawValue)
        },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.cell.seed) },
        .init("transform", "transform", .context(minimum: 8)) { .text($0.cell.transform) },
        .init("parameter", "parameter", .context(minimum: 5)) { .text($0.parameter) },
        .init("others", "others", .label(minimum: 10)) { .text($0.others.isEmpty ? nil : $0.others) },
        .init("measure", "measure", .context(minimum: 3)) {
            .text($0.measure == .accuracy ? "error rate" : $0.measure.rawValue)
        },
        .init("n", "n", .count, dropOrder: 3) { .integer($0.count) },
        .init("doses", "doses", .count, dropOrder: 3) { .integer($0.points.count) },
        .init("lowest_dose", "from", .significant, dropOrder: 2) { .number($0.points.first?.dose) },
        .init("highest_dose", "to", .significant, dropOrder: 2) { .number($0.points.last?.dose) },
        .init("rise", "rise", .context(minimum: 3)) { .number($0.rise) },
        .init("ec50") { .number($0.effectiveDose.dose) },
        .init("low") { .number($0.effectiveDoseLow.dose) },
        .init("high") { .number($0.effectiveDoseHigh.dose) },
        .init("ec50_range") { .text($0.effectiveDose.range) },
        .init("low_range") { .text($0.effectiveDoseLow.range) },
        .init("high_range") { .text($0.effectiveDoseHigh.range) },
        .init(nil, "EC50", .text(minimum: 8)) { .text($0.text($0.effectiveDose)) },
        .init(nil, "low", .text(minimum: 8), dropOrder: 8) { .text($0.text($0.effectiveDoseLow)) },
        .init(nil, "high", .text(minimum: 8), dropOrder: 8) { .text($0.text($0.effectiveDoseHigh)) },
        .init("within_range", "in range") { .number($0.withinRange) },
        .init("highest_mean", "highest Δ", .fixed(decimals: 4, signed: true), dropOrder: 4) {
            .number($0.points.map(\.mean).max())
        },
        .init("departure", "departure") { .number($0.departure) },
        .init("monotonicity_log10_p", "monotone p", .logarithm, dropOrder: 6) { .number($0.monotonicityLog10P) },
        .init("change_point", "change at", .significant, dropOrder: 5) { .number($0.changePoint) },
        .init("change_point_share", "agree %", .percent, dropOrder: 5) { .number($0.changePointShare) },
    ]
}

extension DoseRow {
    /// A dose as tables show it; outside the range, the end of the range beyond which it lies.
    fileprivate func text(_ dose: EffectiveDose) -> String {
        switch dose {
        case .dose(let dose): AnswerTable.significant(dose)
        case .belowRange: "<" + AnswerTable.significant(points.first?.dose ?? 0)
        case .aboveRange: ">" + AnswerTable.significant(points.last?.dose ?? 0)
        }
    }
}

extension EffectiveDose {
    /// Where it lies: within, below or above the doses of the curve.
    fileprivate var range: String {
        switch self {
        case .dose: "within"
        case .belowRange: "below"
        case .aboveRange: "above"
        }
    }
}

/// One point of a dose-response curve, as a row of its own.
public struct DosePointRow: Hashable, Sendable {
    /// The curve.
    public var curve: DoseRow
    /// The point.
    public var point: DoseRow.Point

    /// A point of `curve`.
    public init(of curve: DoseRow, _ point: DoseRow.Point) {
        self.curve = curve
        self.point = point
    }
}

extension DosePointRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<DosePointRow>] = [
        .init("cell", "cell") { .text($0.point.cell.id.description) },
        .init("model", "model", .context(minimum: 10), shown: { .text($0.curve.cell.modelLabel) }) {
            .text($0.curve.cell.model)
        },
        .init("dataset", "dataset", .context(minimum: 7)) { .text($0.curve.cell.dataset) },
        .init("split", "split", .context(minimum: 5), dropOrder: 1) { .text($0.curve.cell.split) },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.curve.cell.seed) },
        .init("transform", "transform", .context(minimum: 8)) { .text($0.curve.cell.transform) },
        .init("parameter", "parameter", .context(minimum: 5)) { .text($0.curve.parameter) },
        .init("others", "others", .context(minimum: 10)) { .text($0.curve.others.isEmpty ? nil : $0.curve.others) },
        .init("n", "n", .count, dropOrder: 2) { .integer($0.curve.count) },
        .init("dose", "dose", .significant) { .number($0.point.dose) },
        .init("mean", "mean Δ", .fixed(decimals: 4, signed: true)) { .number($0.point.mean) },
        .init("low", "low", .fixed(decimals: 4, signed: true)) { .number($0.point.interval.low) },
        .init("high", "high", .fixed(decimals: 4, signed: true)) { .number($0.point.interval.high) },
        .init("fitted", "isotonic", .fixed(decimals: 4, signed: true)) { .number($0.point.fitted) },
    ]

    /// The points of a curve stand together.
    public func startsGroup(after previous: DosePointRow) -> Bool { curve != previous.curve }
}
