// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Reporting

/// The rows of an answer as a table for a terminal.
public enum AnswerTable {
    /// Lays out `rows`.
    ///
    /// What all rows share stands above the table instead of in columns. Where the table is too wide, so does what the rows
    /// are about, such as the model, above each of the rows that share it: names are never cut until they look alike.
    ///
    /// - Parameters:
    ///   - rows: The rows in the order in which they are to appear.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends; none for no rows.
    public static func lines<Row: AnswerRow>(
        _ rows: [Row],
        width: Int? = nil,
        style: TextStyle = .plain
    ) -> [String] {
        guard let first = rows.first else { return [] }
        var shared: [String] = []
        var shown: [AnswerColumn<Row>] = []
        for column in Row.columns where column.form != .hidden {
            let value = column.shown(first)
            let isEmpty = rows.allSatisfy { column.shown($0) == .absent }
            if column.isHoisted, rows.allSatisfy({ column.shown($0) == value }) {
                if !isEmpty { shared.append("\(column.title) \(text(value, column.form))") }
            } else if !(isEmpty && column.dropOrder != nil) {
                shown.append(column)
            }
        }
        let caption = shared.isEmpty ? [] : DisplayWidth.wrap(shared.joined(separator: " · "), to: width ?? .max)
        let whole = AnswerSheet(rows, columns: shown, headings: [])
        let headings = shown.filter(\.isContext)
        guard let width, !headings.isEmpty, whole.naturalWidth > width else {
            return caption + whole.lines(width: width, style: style)
        }
        let narrow = AnswerSheet(rows, columns: shown.filter { !$0.isContext }, headings: headings)
        return caption + narrow.lines(width: width, style: style)
    }

    /// A value as a table shows it.
    package static func text<Row>(_ value: AnswerValue, _ form: AnswerColumn<Row>.Form) -> String {
        switch value {
        case .text(let text): text
        case .integer(let count): HumanText.count(count)
        case .unsigned(let seed): String(seed)
        case .truth(let isTrue): isTrue ? "yes" : "no"
        case .absent: HumanText.absent
        case .number(let number): text(number, form)
        }
    }

    private static func text<Row>(_ number: Double, _ form: AnswerColumn<Row>.Form) -> String {
        switch form {
        case .fixed(let decimals, let isSigned):
            // Noise can make an image unlikely beyond all bounds; a hundred digits help nobody.
            abs(number) < 1e6 || !number.isFinite
                ? HumanText.fixed(number, decimals: decimals, signed: isSigned)
                : (isSigned && number > 0 ? "+" : "") + significant(number)
        case .percent: HumanText.fixed(100 * number, decimals: 1)
        case .logarithm: probability(logarithm: number)
        case .hidden, .text, .label, .context, .count, .significant: significant(number)
        }
    }

    /// The p value whose decimal logarithm is given; with two digits, however small it is.
    static func probability(logarithm: Double) -> String {
        guard logarithm.isFinite, logarithm > -1e9 else {
            return logarithm < 0 ? "0" : HumanText.fixed(logarithm, decimals: 0)
        }
        if logarithm > -3 { return HumanText.fixed(pow(10, logarithm), decimals: 3) }
        var exponent = logarithm.rounded(.down)
        var digit = pow(10, logarithm - exponent).rounded()
        if digit >= 10 { (digit, exponent) = (1, exponent + 1) }
        return "\(Int(digit))e-\(Int(-exponent))"
    }

    /// A number with three digits: `0.00215`, `12.3`, `2.5e-7`.
    static func significant(_ number: Double) -> String {
        guard number.isFinite, number != 0 else { return HumanText.fixed(number, decimals: 0) }
        let text = String(format: "%.3g", abs(number)).replacing("e-0", with: "e-").replacing("e+0", with: "e")
            .replacing("e+", with: "e")
        return (number < 0 ? "−" : "") + text
    }
}
