// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How one of several series looks.
package struct SeriesStyle: Hashable, Sendable {
    /// What fills its bars and symbols.
    var colour: String
    /// Around fills: darker where the colour is hard to see on white.
    var outline: String?
    /// Of its points.
    var symbol: Symbol
    /// Of what surrounds its bars.
    var dash: [Double] = []
    /// Of its line where nothing else tells it from others of the same lightness.
    var lineDash: [Double] = []
    /// Whether its bars are white within, so that a colour can be used once more.
    var isHollow = false

    /// Of an area.
    var area: Paint {
        if isHollow { return Paint(fill: "#ffffff", stroke: lineColour, strokeWidth: 1, dash: dash) }
        return Paint(fill: colour, stroke: outline, strokeWidth: dash.isEmpty ? 0.5 : 0.8, dash: dash)
    }

    /// Of a point.
    var point: Paint {
        symbol.isOpen
            ? Paint(stroke: lineColour, strokeWidth: 0.9)
            : Paint(fill: colour, stroke: outline ?? colour, strokeWidth: 0.5)
    }

    /// Of a line, which has no outline: the colour, or a darker one where it is hard to see.
    var line: Paint { Paint(stroke: lineColour, strokeWidth: 1, dash: lineDash) }

    /// Of a line whose points are marked with its symbol.
    var markedLine: Paint { Paint(stroke: lineColour, strokeWidth: 1, dash: dash) }

    private var lineColour: String {
        Palette.contrast(colour, "#ffffff") < Palette.leastContrast ? Palette.darkened(colour) : colour
    }
}

/// Colours that stay apart in grey and for eyes that do not tell red from green.
///
/// They are those of Okabe and Ito ("Color universal design", 2008), from dark to light: of two series, the later one is
/// the lighter. Few series have colours that are far apart in lightness; many have others of their shapes, too.
package enum Palette {
    static let black = "#000000"
    static let blue = "#0072b2"
    static let vermillion = "#d55e00"
    static let green = "#009e73"
    static let purple = "#cc79a7"
    static let sky = "#56b4e9"
    static let orange = "#e69f00"
    static let yellow = "#f0e442"
    /// Around what is lighter than a third of white's contrast; 7:1 on white.
    static let outline = "#595959"
    /// What WCAG 2.2, 1.4.11 asks of graphics.
    static let leastContrast = 3.0

    private static let all = [black, blue, vermillion, green, purple, sky, orange, yellow]

    /// The styles of `count` series in the order in which they are drawn.
    package static func styles(_ count: Int) -> [SeriesStyle] {
        let colours = colours(count)
        return (0..<count).map { position in
            let cycle = position / colours.count
            let colour = colours[position % colours.count]
            let needsOutline = contrast(colour, "#ffffff") < leastContrast
            return SeriesStyle(
                colour: colour,
                outline: cycle == 2 || cycle == 4 ? black : needsOutline ? outline : nil,
                symbol: Symbol.allCases[(position + cycle) % Symbol.allCases.count],
                dash: dashes[min(cycle, dashes.count - 1)],
                lineDash: lineDashes[(position + cycle) % lineDashes.count],
                isHollow: cycle % 2 == 1
            )
        }
    }

    /// Around the bars of the first eight series, the next eight and so on.
    private static let dashes: [[Double]] = [[], [3, 1.5], [1, 1.2], [4, 1.2, 1, 1.2], [6, 2]]
    /// Of lines one after another; they and the colours recur together after 56 series.
    private static let lineDashes: [[Double]] = [
        [], [4, 1.4], [1.1, 1.3], [6, 1.4, 1.1, 1.4], [2, 1], [8, 2], [4, 1.2, 1, 1.2, 1, 1.2],
    ]

    private static func colours(_ count: Int) -> [String] {
        switch count {
        case ...1: [blue]
        case 2: [blue, orange]
        case 3: [blue, orange, yellow]
        case 4: [black, blue, orange, yellow]
        case 5: [black, blue, green, orange, yellow]
        case 6: [black, blue, green, purple, orange, yellow]
        default: all
        }
    }

    /// The contrast of two colours by WCAG 2.2: 1 for equal ones, 21 for black and white.
    static func contrast(_ first: String, _ second: String) -> Double {
        let (a, b) = (luminance(first), luminance(second))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// Relative luminance by WCAG 2.2, 0 to 1.
    static func luminance(_ colour: String) -> Double {
        let linear = components(colour).map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// The colour, made dark enough to be seen as a line on white.
    static func darkened(_ colour: String) -> String {
        var part = 1.0
        while contrast(mixed(black, colour, part), "#ffffff") < leastContrast { part -= 0.05 }
        return mixed(black, colour, part)
    }

    /// The colour `part` of the way from `first` to `second`.
    static func mixed(_ first: String, _ second: String, _ part: Double) -> String {
        let mixed = zip(components(first), components(second)).map { Int((($0 + ($1 - $0) * part) * 255).rounded()) }
        return "#" + mixed.map { String(format: "%02x", $0) }.joined()
    }

    /// Red, green and blue, 0 to 1, of a colour written `#rrggbb`.
    private static func components(_ colour: String) -> [Double] {
        let number = UInt32(colour.dropFirst(), radix: 16) ?? 0
        return [16, 8, 0].map { Double(number >> $0 & 255) / 255 }
    }
}
