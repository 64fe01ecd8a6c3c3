// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension SourceNode {
    /// The node as YAML of one line, which reads back as the same wherever a value may stand.
    var flowText: String {
        switch content {
        case .scalar(let text, isPlain: true) where isNull && text.isEmpty: "null"
        case .scalar(let text, isPlain: true) where Self.isPlainEverywhere(text): text
        case .scalar(let text, _): YAMLText.quoted(text)
        case .sequence(let elements): "[" + elements.map(\.flowText).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(YAMLText.key($0.key)): \($0.value.flowText)" }.joined(separator: ", ") + "}"
        }
    }

    /// Whether a text may stand without quotes, within brackets too.
    fileprivate static func isPlainEverywhere(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        func isWord(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
        return (isWord(first) || "+-._/~".unicodeScalars.contains(first))
            && text.unicodeScalars.dropFirst().allSatisfy { isWord($0) || "+-._/~*=".unicodeScalars.contains($0) }
    }
}

/// Texts as YAML writes them.
enum YAMLText {
    /// The text in quotes.
    static func quoted(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0.value < 0x80 }) {
            return "'" + text.replacing("'", with: "''") + "'"
        }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                "\\x" + String(scalar.value >> 4, radix: 16) + String(scalar.value & 15, radix: 16)
            case _ where [0x2028, 0x2029].contains(scalar.value): "\\u" + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    /// The text as a key.
    static func key(_ text: String) -> String { SourceNode.isPlainEverywhere(text) ? text : quoted(text) }
}
