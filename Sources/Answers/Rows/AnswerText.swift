// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// The rows of an answer as text for programs.
public enum AnswerText {
    /// Calls `write` with a JSON array of flat objects, one a line, piece by piece.
    ///
    /// Numbers are the shortest decimals that read back to the same bits; values that are no numbers are the strings
    /// `nan`, `inf` and `-inf`, and what does not exist is null.
    public static func json<Row: AnswerRow>(_ rows: [Row], to write: (String) throws -> Void) throws {
        guard !rows.isEmpty else { return try write("[]\n") }
        let columns = columns(rows)
        for (position, row) in rows.enumerated() {
            try write((position == 0 ? "[" : ",\n") + ReportJSON.text(FlatObject(row: row, columns: columns)))
        }
        try write("]\n")
    }

    /// A row as a JSON object, in one line.
    package static func object(_ row: some AnswerRow) throws -> String {
        try ReportJSON.text(FlatObject(row: row, columns: columns([row])))
    }

    /// Calls `write` with comma-separated values, quoted as RFC 4180 has it, a line at a time; what does not exist is
    /// empty.
    public static func csv<Row: AnswerRow>(_ rows: [Row], to write: (String) throws -> Void) throws {
        let columns = columns(rows)
        try write(columns.map { field($0.key ?? "") }.joined(separator: ",") + "\n")
        for row in rows {
            try write(columns.map { field(text($0.value(row))) }.joined(separator: ",") + "\n")
        }
    }

    /// The columns of JSON and CSV.
    private static func columns<Row: AnswerRow>(_ rows: [Row]) -> [AnswerColumn<Row>] {
        Row.columns.filter { column in
            column.key != nil && (!column.isOptional || rows.contains { column.value($0) != .absent })
        }
    }

    /// A value as CSV has it, exactly.
    private static func text(_ value: AnswerValue) -> String {
        switch value {
        case .text(let text): text
        case .integer(let count): String(count)
        case .unsigned(let seed): String(seed)
        case .truth(let isTrue): isTrue ? "true" : "false"
        case .number(let number): number.description
        case .absent: ""
        }
    }

    /// A text as a field of CSV, in quotes where it needs them.
    package static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

/// A row as a JSON object.
private struct FlatObject<Row: AnswerRow>: Encodable {
    let row: Row
    let columns: [AnswerColumn<Row>]

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for column in columns {
            guard let key = column.key.map(Key.init) else { continue }
            switch column.value(row) {
            case .text(let text): try container.encode(text, forKey: key)
            case .integer(let count): try container.encode(count, forKey: key)
            case .unsigned(let seed): try container.encode(seed, forKey: key)
            case .truth(let isTrue): try container.encode(isTrue, forKey: key)
            case .number(let number): try container.encode(number, forKey: key)
            case .absent: try container.encodeNil(forKey: key)
            }
        }
    }
}
