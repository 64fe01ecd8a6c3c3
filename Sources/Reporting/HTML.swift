// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Markup into which text can only come escaped: the one place where HTML, and SVG inside of it, is made.
///
/// Literals are markup; what is interpolated is text, or markup itself.
///
/// ```swift
/// let cell: HTML = "<td title=\"\(model)\">\(count)</td>"
/// ```
///
/// Text is safe between tags and inside of attributes in double quotes. What is no attribute's text, such as a script,
/// cannot be written safely and must not be tried.
public struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The markup.
    public private(set) var markup: String

    /// Markup that somebody else made and answers for, such as a figure.
    public init(markup: String) { self.markup = markup }

    /// Nothing.
    public init() { markup = "" }

    /// Markup as it stands in the program.
    public init(stringLiteral value: String) { markup = value }

    /// Markup with text in it.
    public init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

    /// Pieces, one after the other.
    public init(_ pieces: some Sequence<HTML>) {
        markup = pieces.reduce(into: "") { $0 += $1.markup }
    }

    /// Appends markup.
    public static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    /// Markup and what follows it.
    public static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

    /// `text` as markup that shows it.
    ///
    /// Characters that no HTML document may have, such as escape codes of terminals, become U+FFFD.
    public static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: needsEscape) else { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whether a text with this byte may have to be changed; the lead byte C2 is that of U+0080 to U+009F.
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == 0xC2 || [0x22, 0x26, 0x27, 0x3C, 0x3E].contains(byte)
    }

    /// What an interpolated literal is made of.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        /// An empty one.
        public init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// Markup of the program.
        public mutating func appendLiteral(_ literal: String) { markup += literal }

        /// Text, which is escaped.
        public mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }

        /// A whole number.
        public mutating func appendInterpolation(_ number: some BinaryInteger) { markup += "\(number)" }

        /// Markup.
        public mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

        /// Markup, or nothing.
        public mutating func appendInterpolation(_ html: HTML?) { markup += html?.markup ?? "" }

        /// Pieces of markup, one after the other.
        public mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { markup += piece.markup } }
    }
}
