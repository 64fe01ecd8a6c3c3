// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Rows of JSON, one object a line.
struct JSONLinesEncoder: ExportEncoder {
    private let parameters: [ParameterColumns.Column]
    /// For each column, a comma, its name and a colon.
    private let keys: [[UInt8]]
    /// The same for each column of counts.
    private let countKeys: [[UInt8]]
    private var beforeIndex: [UInt8] = []
    private var afterLabel: [UInt8] = []
    private var afterCounts: [UInt8] = []

    init(parameters: [ParameterColumns.Column], columns: [String], counts: [String]) {
        self.parameters = parameters
        keys = columns.map { Array(",\(Self.string($0)):".utf8) }
        countKeys = counts.map { Array(",\(Self.string($0)):".utf8) }
    }

    var header: [UInt8] { [] }

    mutating func begin(_ cell: RunCell, parameters values: [String?]) {
        let names = [
            ("cell", cell.id.description), ("model", cell.model), ("dataset", cell.dataset), ("split", cell.split),
        ]
        beforeIndex = Array("{\(Self.members(names)),\"index\":".utf8)
        let transform = Self.members([("transform", cell.transform), ("parameters", cell.parameters)])
        afterLabel = Array(",\(transform),\"seed\":\(cell.seed)".utf8)
        afterCounts = zip(parameters, values).flatMap { parameter, value in
            Array(",\(Self.string(parameter.title)):\(Self.text(value, parameter.domain))".utf8)
        }
    }

    func append(index: UInt32, label: UInt8, value: (Int) -> Float?, counts: [Int], to bytes: inout [UInt8]) {
        bytes += beforeIndex
        bytes += String(index).utf8
        bytes += Self.classKey
        bytes += String(label).utf8
        bytes += afterLabel
        for (column, key) in keys.enumerated() {
            bytes += key
            bytes += Self.text(value(column)).utf8
        }
        for (key, count) in zip(countKeys, counts) {
            bytes += key
            bytes += "\(count)".utf8
        }
        bytes += afterCounts
        bytes += Self.end
    }

    private static let classKey = Array(",\"class\":".utf8)
    private static let end = Array("}\n".utf8)

    private static func text(_ value: Float?) -> String {
        guard let value else { return "null" }
        return ExportFormat.name(ofNonFinite: value).map { "\"\($0)\"" } ?? value.description
    }

    /// The value of a parameter: numbers and truth as JSON has them.
    private static func text(_ value: String?, _ domain: ParameterDomain) -> String {
        guard let value else { return "null" }
        return switch domain {
        case .integer, .real, .flag: value
        case .choice, .numbered: string(value)
        }
    }

    private static func members(_ members: [(String, String)]) -> String {
        members.map { "\(string($0)):\(string($1))" }.joined(separator: ",")
    }

    /// A JSON string: quotes, backslashes and control characters escaped, all else as it is.
    private static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
