// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

/// What values from outside must satisfy; each check names the field it is about.
enum FieldCheck {
    /// A name: not empty, short, and without characters that could play tricks on a terminal.
    static func name(
        _ text: String,
        _ field: StaticString,
        limit: Int = WireLimits.nameBytes
    ) throws(WireError) -> String {
        guard !text.isEmpty else { throw .invalidField("\(field)", reason: "missing or empty") }
        guard text.utf8.count <= limit else {
            throw .invalidField("\(field)", reason: "\(text.utf8.count) bytes; at most \(limit) are accepted")
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw .invalidField("\(field)", reason: "holds control characters")
        }
        return text
    }

    /// A path, under the rules of a name.
    static func path(_ text: String, _ field: StaticString) throws(WireError) -> String {
        try name(text, field, limit: WireLimits.pathBytes)
    }

    /// A text for people; control characters other than tabs and line ends are replaced.
    static func text(
        _ text: String,
        _ field: StaticString,
        limit: Int = WireLimits.textBytes
    ) throws(WireError) -> String {
        guard text.utf8.count <= limit else {
            throw .invalidField("\(field)", reason: "\(text.utf8.count) bytes; at most \(limit) are accepted")
        }
        return text.replacing { $0.isControl && $0 != "\n" && $0 != "\t" }
    }

    /// A line for people; control characters other than tabs are replaced.
    static func line(_ line: String, _ field: StaticString) throws(WireError) -> String {
        try text(line, field, limit: WireLimits.lineBytes).replacing { $0 == "\n" }
    }

    /// At most `limit` lines for people.
    static func lines(_ lines: [String], _ field: StaticString, limit: Int) throws(WireError) -> [String] {
        var checked: [String] = []
        for line in try list(lines, field, limit: limit) { checked.append(try Self.line(line, field)) }
        return checked
    }

    /// A count or a position: 0 … `limit`.
    static func count(
        _ value: UInt64,
        _ field: StaticString,
        limit: Int = .max
    ) throws(WireError) -> Int {
        guard value <= UInt64(limit) else {
            throw .invalidField("\(field)", reason: "\(value); at most \(limit) is possible")
        }
        return Int(value)
    }

    /// A number of training steps: 0 … `limit`.
    static func steps(
        _ value: UInt64,
        _ field: StaticString,
        limit: Int = WireLimits.trainingSteps
    ) throws(WireError) -> Int {
        try count(value, field, limit: limit)
    }

    /// A time in seconds that can be believed.
    static func seconds(_ value: Double, _ field: StaticString) throws(WireError) -> Double {
        try measured(value, field, Measured.seconds)
    }

    /// Things a second, as many as can be believed.
    static func rate(_ value: Double, _ field: StaticString) throws(WireError) -> Double {
        try measured(value, field, Measured.rates)
    }

    private static func measured(
        _ value: Double,
        _ field: StaticString,
        _ believed: ClosedRange<Double>
    ) throws(WireError) -> Double {
        guard believed.contains(value) else {
            let bounds = "\(believed.lowerBound) … \(believed.upperBound)"
            throw .invalidField("\(field)", reason: "\(value); must be within \(bounds)")
        }
        return value
    }

    /// What a column of a table is called.
    static func column(_ name: String, _ field: StaticString) throws(WireError) -> String {
        guard ColumnName.isValid(name) else {
            let rule = "1 to \(ColumnName.longest) visible ASCII characters without spaces are accepted"
            throw .invalidField("\(field)", reason: "\(name.utf8.count) bytes; \(rule)")
        }
        return name
    }

    /// A list of at most `limit` elements.
    static func list<Element>(
        _ elements: [Element],
        _ field: StaticString,
        limit: Int
    ) throws(WireError) -> [Element] {
        guard elements.count <= limit else {
            throw .tooLarge(kind: "\(field)", found: elements.count, limit: limit, unit: "elements")
        }
        return elements
    }

    static func digest(_ bytes: Data, _ field: StaticString) throws(WireError) -> Digest {
        guard let digest = Digest(bytes: bytes) else {
            throw .invalidField("\(field)", reason: "\(bytes.count) bytes instead of 32")
        }
        return digest
    }

    static func cell(_ bytes: Data, _ field: StaticString) throws(WireError) -> CellID {
        guard let cell = CellID(bytes: bytes) else {
            throw .invalidField("\(field)", reason: "\(bytes.count) bytes instead of 16")
        }
        return cell
    }

    static func worker(_ bytes: Data, _ field: StaticString) throws(WireError) -> WorkerIdentity {
        guard let worker = WorkerIdentity(bytes: bytes) else {
            throw .invalidField("\(field)", reason: "\(bytes.count) bytes instead of 16")
        }
        return worker
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}

extension String {
    /// The text with a replacement character in place of each scalar that `isUnwanted`.
    fileprivate func replacing(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isUnwanted) else { return self }
        var clean = String.UnicodeScalarView()
        for scalar in unicodeScalars { clean.append(isUnwanted(scalar) ? "\u{FFFD}" : scalar) }
        return String(clean)
    }

    /// The longest beginning of whole characters that takes at most `limit` bytes; a reader refuses longer texts.
    func cut(to limit: Int = WireLimits.textBytes) -> String {
        guard utf8.count > limit else { return self }
        var bytes = 0
        return String(
            unicodeScalars.prefix { scalar in
                bytes += UTF8.width(scalar)
                return bytes <= limit
            }
        )
    }
}
