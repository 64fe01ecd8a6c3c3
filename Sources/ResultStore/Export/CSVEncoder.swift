// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Rows of comma-separated values, quoted as RFC 4180 has it.
struct CSVEncoder: ExportEncoder {
    private let parameters: [ParameterColumns.Column]
    private let columns: [String]
    private let counts: [String]
    private var beforeIndex: [UInt8] = []
    private var afterLabel: [UInt8] = []
    private var afterCounts: [UInt8] = []

    init(parameters: [ParameterColumns.Column], columns: [String], counts: [String]) {
        self.parameters = parameters
        self.columns = columns
        self.counts = counts
    }

    var header: [UInt8] {
        let titles = ExportFormat.leadingColumns + columns + counts + parameters.map(\.title)
        return Array(titles.map(Self.field).joined(separator: ",").utf8) + [Self.newline]
    }

    mutating func begin(_ cell: RunCell, parameters values: [String?]) {
        beforeIndex = Self.fields([cell.id.description, cell.model, cell.dataset, cell.split])
        afterLabel = Self.fields([cell.transform, cell.parameters])
        afterLabel += String(cell.seed).utf8
        afterCounts = values.flatMap { [Self.comma] + Array(Self.field($0 ?? "").utf8) }
    }

    func append(index: UInt32, label: UInt8, value: (Int) -> Float?, counts: [Int], to bytes: inout [UInt8]) {
        bytes += beforeIndex
        bytes += String(index).utf8
        bytes.append(Self.comma)
        bytes += String(label).utf8
        bytes.append(Self.comma)
        bytes += afterLabel
        for column in columns.indices {
            bytes.append(Self.comma)
            guard let value = value(column) else { continue }
            bytes += (ExportFormat.name(ofNonFinite: value) ?? value.description).utf8
        }
        for count in counts { bytes += ",\(count)".utf8 }
        bytes += afterCounts
        bytes.append(Self.newline)
    }

    private static let comma = UInt8(ascii: ",")
    private static let newline = UInt8(ascii: "\n")

    /// Each field with a comma behind it.
    private static func fields(_ texts: [String]) -> [UInt8] {
        texts.flatMap { Array(field($0).utf8) + [comma] }
    }

    private static func field(_ text: String) -> String {
        let special: Set<UInt8> = [comma, newline, UInt8(ascii: "\r"), UInt8(ascii: "\"")]
        guard text.utf8.contains(where: special.contains) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
