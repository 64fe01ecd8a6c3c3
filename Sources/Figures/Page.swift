// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A place on a page, in points from its top left corner.
package struct PagePoint: Hashable, Sendable {
    /// To the right.
    package var x: Double
    /// Downwards.
    package var y: Double

    init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A part of a page, in points.
package struct PageRectangle: Hashable, Sendable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
    var centre: PagePoint { PagePoint((left + right) / 2, (top + bottom) / 2) }

    /// Whether more than a hairline is common to both.
    package func overlaps(_ other: PageRectangle) -> Bool {
        let hair = 0.01
        return left + hair < other.right && other.left + hair < right && top + hair < other.bottom
            && other.top + hair < bottom
    }

    /// Whether `other` lies within, but for a hairline.
    package func contains(_ other: PageRectangle) -> Bool {
        let hair = 0.01
        return other.left >= left - hair && other.right <= right + hair && other.top >= top - hair
            && other.bottom <= bottom + hair
    }

    func inset(_ by: Double) -> PageRectangle {
        PageRectangle(left: left + by, top: top + by, right: right - by, bottom: bottom - by)
    }
}

/// How an area or a line is coloured.
package struct Paint: Hashable, Sendable {
    /// Of the area; nil for none.
    var fill: String?
    /// How much of what lies below is hidden by the area, 0 to 1; text hides all.
    var fillOpacity = 1.0
    /// Of the line; nil for none.
    var stroke: String?
    /// Of the line, in points.
    var strokeWidth = 0.5
    /// Lengths of line and gap in turn; empty for an unbroken line.
    var dash: [Double] = []
}

/// A line of text on a page.
package struct PageText: Hashable, Sendable {
    enum Anchor: String, Hashable, Sendable {
        case start, middle, end
    }

    /// The text; exponents are drawn as raised digits.
    package var text: String
    /// Where its baseline begins, has its middle or ends.
    var at: PagePoint
    /// In points, 5 to 7.
    package var size: Double
    var anchor = Anchor.start
    var isBold = false
    /// Whether it is read from below upwards.
    var isRotated = false
    /// Black, or white upon what is dark.
    var colour = "#000"

    var metrics: TextMetrics { TextMetrics(size: size, isBold: isBold) }

    /// What the text covers.
    package var box: PageRectangle {
        let width = metrics.width(text)
        let before = anchor == .start ? 0 : anchor == .middle ? width / 2 : width
        let isRaised = text.unicodeScalars.contains { Superscript.plain($0) != nil }
        let raised = size * TextMetrics.rise + TextMetrics.raisedSize * TextMetrics.digitHeight
        let (up, down) = (max(size * TextMetrics.ascent, isRaised ? raised : 0), size * TextMetrics.descent)
        guard isRotated else {
            let left = at.x - before
            return PageRectangle(left: left, top: at.y - up, right: left + width, bottom: at.y + down)
        }
        let bottom = at.y + before
        return PageRectangle(left: at.x - up, top: bottom - width, right: at.x + down, bottom: bottom)
    }
}

/// Something on a page.
package enum PageMark: Hashable, Sendable {
    case rectangle(PageRectangle, Paint)
    /// Lines through points; each part is one stroke of the pen.
    case path([[PagePoint]], isClosed: Bool, Paint)
    case symbol(Symbol, PagePoint, radius: Double, Paint)
    case text(PageText)
    /// The bytes of a PNG.
    case image([UInt8], PageRectangle)
    /// Marks of which only what lies within is seen.
    case clipped(PageRectangle, [PageMark])
}

/// A page at its final size: what a figure is before it is a file.
package struct Page: Hashable, Sendable {
    /// In points.
    package var width: Double
    /// In points.
    package var height: Double
    package var marks: [PageMark]

    /// All text on the page.
    package var texts: [PageText] {
        marks.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }
}
