// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// HTML text, and the only place where words become part of it.
struct HTML: Hashable {
    /// The text so far.
    private(set) var text = ""

    /// Adds words, every character of which stands for itself.
    mutating func add(_ words: String) { text += Self.escaped(words) }

    /// Adds an element with what `body` adds inside of it.
    mutating func element(
        _ name: StaticString,
        _ attributes: [(StaticString, String)] = [],
        _ body: (inout HTML) -> Void = { _ in }
    ) {
        open(name, attributes)
        body(&self)
        text += "</\(name)>"
    }

    /// Adds an element of which the content is words.
    mutating func element(_ name: StaticString, _ attributes: [(StaticString, String)] = [], words: String) {
        element(name, attributes) { $0.add(words) }
    }

    /// Adds an element that has no end.
    mutating func void(_ name: StaticString, _ attributes: [(StaticString, String)]) { open(name, attributes) }

    /// Adds text that is markup already: a figure's SVG, the stylesheet.
    mutating func add(markup: String) { text += markup }

    /// Adds a line end.
    mutating func newline() { text += "\n" }

    private mutating func open(_ name: StaticString, _ attributes: [(StaticString, String)]) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += ">"
    }

    /// What HTML takes for `words` in an element and in an attribute's quotes; characters that it forbids are dropped.
    private static func escaped(_ words: String) -> String {
        var escaped = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
