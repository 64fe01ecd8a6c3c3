// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a piece of a screen looks; nothing is said by colour alone.
package struct ScreenStyle: Hashable, Sendable {
    /// The terminal's own eight colours, which its user chose.
    package enum Colour: Int, Hashable, Sendable {
        case red = 31
        case green
        case yellow
        case blue
        case magenta
        case cyan
    }

    package var isBold: Bool
    package var isFaint: Bool
    /// Letters and ground exchanged, as what is selected looks.
    package var isReversed: Bool
    package var colour: Colour?

    package init(bold: Bool = false, faint: Bool = false, reversed: Bool = false, colour: Colour? = nil) {
        (isBold, isFaint, isReversed, self.colour) = (bold, faint, reversed, colour)
    }

    package static let normal = ScreenStyle()
    package static let strong = ScreenStyle(bold: true)
    package static let faint = ScreenStyle(faint: true)
    package static let alarming = ScreenStyle(bold: true, colour: .red)

    /// What switches a terminal from any style to this one.
    func sequence(coloured: Bool) -> String {
        let codes =
            [0] + (isBold ? [1] : []) + (isFaint ? [2] : []) + (isReversed ? [7] : [])
            + (coloured ? colour.map { [$0.rawValue] } ?? [] : [])
        return "\u{1B}[\(codes.map(String.init).joined(separator: ";"))m"
    }
}
