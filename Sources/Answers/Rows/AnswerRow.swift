// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One line of an answer: what tables, JSON and CSV show of it is declared once.
public protocol AnswerRow: Hashable, Sendable {
    /// The columns, in the order in which all forms have them.
    static var columns: [AnswerColumn<Self>] { get }
    /// Whether a table leaves an empty line between `previous` and this row; never unless said otherwise.
    func startsGroup(after previous: Self) -> Bool
}

extension AnswerRow {
    /// Rows stand without gaps.
    public func startsGroup(after previous: Self) -> Bool { false }
}

/// One value of a row.
public enum AnswerValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    /// A seed: whole numbers beyond `Int`.
    case unsigned(UInt64)
    case number(Double)
    case truth(Bool)
    /// What does not exist or cannot be known.
    case absent
}

extension AnswerValue {
    /// A number, or nothing.
    static func number(_ value: Double?) -> AnswerValue { value.map { .number($0) } ?? .absent }
    /// A text, or nothing.
    static func text(_ value: String?) -> AnswerValue { value.map { .text($0) } ?? .absent }
    /// A whole number, or nothing.
    static func integer(_ value: Int?) -> AnswerValue { value.map { .integer($0) } ?? .absent }
}

/// One column of an answer.
public struct AnswerColumn<Row>: Sendable {
    /// How a table shows the values.
    public enum Form: Hashable, Sendable {
        /// In JSON and CSV alone.
        case hidden
        /// Text of which at least so many characters stay where space is short.
        case text(minimum: Int)
        /// The same; where all rows agree, it stands once above the table.
        case label(minimum: Int)
        /// The same; where rows differ and space is short, it stands above the rows that share it.
        case context(minimum: Int)
        /// A whole number.
        case count
        /// A number with so many decimals, with a sign where positive numbers have one.
        case fixed(decimals: Int, signed: Bool = false)
        /// A share as a percentage with one decimal.
        case percent
        /// A number of any magnitude with three digits.
        case significant
        /// The decimal logarithm of a p value, shown as the p value: `0.031`, `2e-1523`.
        case logarithm
    }

    /// The key in JSON, the title in CSV; nil for a column that tables alone have.
    public let key: String?
    /// What stands above the column of a table.
    public let title: String
    /// How a table shows the values.
    public let form: Form
    /// When a table has too little space, columns go in this order; nil stays always.
    public let dropOrder: Int?
    /// The value of a row.
    public let value: @Sendable (Row) -> AnswerValue
    /// What tables show in the value's place.
    public let shown: @Sendable (Row) -> AnswerValue
    /// Whether JSON and CSV leave it out where no row has a value: what was not there when others began to read them.
    public let isOptional: Bool

    init(
        _ key: String?,
        _ title: String? = nil,
        _ form: Form = .hidden,
        dropOrder: Int? = nil,
        shown: (@Sendable (Row) -> AnswerValue)? = nil,
        isOptional: Bool = false,
        _ value: @escaping @Sendable (Row) -> AnswerValue
    ) {
        self.key = key
        self.title = title ?? key ?? ""
        self.form = form
        self.dropOrder = dropOrder
        self.value = value
        self.shown = shown ?? value
        self.isOptional = isOptional
    }
}

/// What a question gives: rows, and what a reader must know to judge them.
public struct Answer<Row: AnswerRow>: Hashable, Sendable {
    /// The rows, in an order that depends on the run alone.
    public var rows: [Row]
    /// Sentences: what the numbers were made with, and what is missing and why.
    public var notes: [String]

    /// Rows and notes; none unless given.
    public init(rows: [Row] = [], notes: [String] = []) {
        self.rows = rows
        self.notes = notes
    }
}
