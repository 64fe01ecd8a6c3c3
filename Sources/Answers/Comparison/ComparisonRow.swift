// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
import Vocabulary

/// What a cell of two runs has in common: one row for a cell that is equal or in one run only, and one for each column
/// that differs.
public struct ComparisonRow: Hashable, Sendable {
    /// How the two stand to each other.
    public enum State: String, Hashable, Sendable {
        /// The same rows and columns, bit for bit.
        case identical
        /// The column has other values, or is in one of the two only.
        case differs
        /// Rows that the other run does not have; those in both are equal.
        case incomplete
        /// The cell is in the first run only.
        case onlyFirst = "only first"
        /// The cell is in the second run only.
        case onlySecond = "only second"
    }

    /// The cell, as the first run that has it knows it.
    public var cell: RunCell
    /// Whether the ids differ (other weights, images or arithmetic), so that names alone say that it is one cell.
    public var isByName = false
    /// How the two stand to each other.
    public var state: State
    /// The column; nil for all of them.
    public var column: String?
    /// Rows that both have.
    public var compared = 0
    /// Rows that only the first has.
    public var onlyFirst = 0
    /// Rows that only the second has.
    public var onlySecond = 0
    /// Rows whose values are not equal bit for bit.
    public var differing = 0
    /// Of those, rows in which one of the two is no finite number.
    public var nonFinite = 0
    /// The largest absolute difference of finite values; nil without any that differ.
    public var largest: Double?
    /// The mean absolute difference over all rows in which both are finite.
    public var meanAbsolute: Double?

    /// A cell and how it stands; nothing was compared unless said so afterwards.
    init(_ cell: RunCell, _ state: State) {
        self.cell = cell
        self.state = state
    }
}

extension ComparisonRow: AnswerRow {
    /// The columns.
    public static let columns: [AnswerColumn<ComparisonRow>] = [
        .init("cell", "cell", .text(minimum: 8), dropOrder: 3) { .text($0.cell.id.description) },
        .init("model", "model", .context(minimum: 8), shown: { .text($0.cell.modelLabel) }) { .text($0.cell.model) },
        .init("dataset", "dataset", .context(minimum: 6)) { .text($0.cell.dataset) },
        .init("split", "split", .context(minimum: 5)) { .text($0.cell.split) },
        .init("transform", "transform", .hidden) { .text($0.cell.transform) },
        .init("parameters", "parameters", .hidden) { .text($0.cell.parameters) },
        .init(nil, "transform", .text(minimum: 12)) { .text($0.cell.briefTransform) },
        .init("seed", "seed", .context(minimum: 1)) { .unsigned($0.cell.seed) },
        .init("by_name", "by name", .context(minimum: 3), dropOrder: 4) { .truth($0.isByName) },
        .init("state", "state", .text(minimum: 9)) { .text($0.state.rawValue) },
        .init("column", "column", .text(minimum: 3)) { .text($0.column) },
        .init("compared", "rows", .count) { .integer($0.compared) },
        .init("only_first", "only 1st", .count, dropOrder: 1) { .integer($0.onlyFirst) },
        .init("only_second", "only 2nd", .count, dropOrder: 1) { .integer($0.onlySecond) },
        .init("differing", "differing", .count) { .integer($0.differing) },
        .init("non_finite", "non-finite", .count, dropOrder: 2) { .integer($0.nonFinite) },
        .init("largest", "largest |Δ|", .significant) { .number($0.largest) },
        .init("mean_absolute", "mean |Δ|", .significant) { .number($0.meanAbsolute) },
    ]
}
