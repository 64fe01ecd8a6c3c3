// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A line of a screen: pieces of text, each of one style, from left to right.
///
/// Texts come from sweep files and over the network: what would steer a terminal is shown as `?`.
package struct ScreenLine: Hashable, Sendable, ExpressibleByStringInterpolation {
    package struct Piece: Hashable, Sendable {
        package private(set) var text: String
        package var style: ScreenStyle

        init(_ text: String, _ style: ScreenStyle) {
            self.text = text.unicodeScalars.contains(where: Self.steers) ? Self.harmless(text) : text
            self.style = style
        }

        /// Controls, and marks that change the direction of writing.
        private static func steers(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case ..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
            default: false
            }
        }

        private static func harmless(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.map { steers($0) ? "?" : $0 }))
        }
    }

    package private(set) var pieces: [Piece] = []

    package static let empty = ScreenLine()

    package init() {}

    /// A text in one style.
    package init(_ text: String, _ style: ScreenStyle = .normal) { append(text, style) }

    package init(stringLiteral text: String) { self.init(text) }

    /// The text without styles.
    package var text: String { pieces.map(\.text).joined() }

    /// The columns that the line takes.
    package var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    package mutating func append(_ text: String, _ style: ScreenStyle = .normal) {
        if !text.isEmpty { pieces.append(Piece(text, style)) }
    }

    package static func + (left: ScreenLine, right: ScreenLine) -> ScreenLine {
        var line = left
        line.pieces += right.pieces
        return line
    }

    /// The line, or as much of its beginning as fits into `limit` columns.
    package func clipped(to limit: Int) -> ScreenLine {
        guard width > limit else { return self }
        var (line, free) = (ScreenLine(), limit)
        for piece in pieces where free > 0 {
            let text = DisplayWidth.prefix(of: piece.text, width: free)
            line.append(text, piece.style)
            free = text == piece.text ? free - DisplayWidth.of(text) : 0
        }
        return line
    }

    /// The line with blanks up to `width` columns.
    package func padded(to width: Int) -> ScreenLine {
        self + ScreenLine(String(repeating: " ", count: max(0, width - self.width)), pieces.last?.style ?? .normal)
    }

    /// The line as what is selected looks.
    package var reversed: ScreenLine {
        var line = self
        for index in line.pieces.indices { line.pieces[index].style = ScreenStyle(bold: true, reversed: true) }
        return line
    }

    /// The line as a terminal shows it.
    func sequence(coloured: Bool) -> String {
        pieces.map { piece in
            piece.style == .normal
                ? piece.text : "\(piece.style.sequence(coloured: coloured))\(piece.text)\u{1B}[0m"
        }.joined()
    }
}
