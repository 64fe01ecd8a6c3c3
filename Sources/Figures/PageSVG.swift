// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A page as the text of an SVG file.
///
/// Lengths are points of the final size; the file says how many millimetres that is. Equal pages give equal bytes. There
/// is no script, no filter, no pattern and no transparent text, so that a PDF made of it keeps its text.
struct PageSVG {
    let page: Page
    /// What the figure is called, and what a reader who cannot see it is told.
    let title: String
    let description: String
    /// What the figure was made from: names and values.
    var metadata: [(name: String, value: String)] = []

    /// Points of a millimetre.
    static let pointsPerMillimetre = 72 / 25.4
    private static let fonts = "Liberation Sans, Helvetica, Arial, sans-serif"

    /// The file's text.
    var text: String {
        var body = ""
        var clips = 0
        // Several figures may stand in one document; their ids must not meet.
        let key = Self.key(of: "\(title)\n\(description)\n\(page.hashedText)")
        for mark in page.marks { append(mark, to: &body, clips: &clips, key: key) }
        let size = [page.width, page.height].map { Self.number($0 / Self.pointsPerMillimetre, decimals: 3) }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size[0])mm" height="\(size[1])mm" \
            viewBox="0 0 \(Self.number(page.width)) \(Self.number(page.height))" role="img" \
            aria-labelledby="title-\(key) desc-\(key)" font-family="\(Self.fonts)">
            <title id="title-\(key)">\(Self.escaped(title))</title>
            <desc id="desc-\(key)">\(Self.escaped(description))</desc>
            \(metadataElement)<rect width="\(Self.number(page.width))" height="\(Self.number(page.height))" fill="#fff"/>
            \(body)</svg>

            """
    }

    private var metadataElement: String {
        guard !metadata.isEmpty else { return "" }
        let lines = metadata.map { "<\($0.name)>\(Self.escaped($0.value))</\($0.name)>" }
        return "<metadata><figure xmlns=\"urn:bitsweep:figure\">\(lines.joined())</figure></metadata>\n"
    }

    private func append(_ mark: PageMark, to body: inout String, clips: inout Int, key: String) {
        switch mark {
        case .rectangle(let box, let paint):
            body += "<rect \(Self.place(box))\(Self.attributes(paint))/>\n"
        case .path(let strokes, let isClosed, let paint):
            body += "<path d=\"\(Self.path(strokes, isClosed))\"\(Self.attributes(paint))/>\n"
        case .symbol(let symbol, let at, let radius, let paint):
            guard symbol != .circle else {
                let place = "cx=\"\(Self.number(at.x))\" cy=\"\(Self.number(at.y))\" r=\"\(Self.number(radius))\""
                body += "<circle \(place)\(Self.attributes(paint))/>\n"
                return
            }
            let strokes = symbol.strokes(at, radius: radius)
            body += "<path d=\"\(Self.path(strokes, !symbol.isOpen))\"\(Self.attributes(paint))/>\n"
        case .text(let text):
            body += Self.element(text)
        case .image(let bytes, let box):
            let data = "data:image/png;base64,\(Data(bytes).base64EncodedString())"
            body += "<image \(Self.place(box)) preserveAspectRatio=\"none\" href=\"\(data)\"/>\n"
        case .clipped(let box, let marks):
            clips += 1
            let name = "clip-\(key)-\(clips)"
            body += "<clipPath id=\"\(name)\"><rect \(Self.place(box))/></clipPath>\n<g clip-path=\"url(#\(name))\">\n"
            for mark in marks { append(mark, to: &body, clips: &clips, key: key) }
            body += "</g>\n"
        }
    }

    private static func place(_ box: PageRectangle) -> String {
        let (width, height) = (number(max(0, box.width)), number(max(0, box.height)))
        return "x=\"\(number(box.left))\" y=\"\(number(box.top))\" width=\"\(width)\" height=\"\(height)\""
    }

    private static func attributes(_ paint: Paint) -> String {
        var text = " fill=\"\(paint.fill ?? "none")\""
        if paint.fillOpacity < 1 { text += " fill-opacity=\"\(number(paint.fillOpacity))\"" }
        guard let stroke = paint.stroke else { return text }
        text += " stroke=\"\(stroke)\" stroke-width=\"\(number(paint.strokeWidth))\""
        guard !paint.dash.isEmpty else { return text }
        return text + " stroke-dasharray=\"\(paint.dash.map { number($0) }.joined(separator: " "))\""
    }

    private static func path(_ strokes: [[PagePoint]], _ isClosed: Bool) -> String {
        strokes.map { stroke in
            let points = stroke.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
            return "M\(points)\(isClosed ? "Z" : "")"
        }.joined()
    }

    private static func element(_ text: PageText) -> String {
        let (x, y) = (number(text.at.x), number(text.at.y))
        let place = text.isRotated ? "transform=\"translate(\(x) \(y)) rotate(-90)\"" : "x=\"\(x)\" y=\"\(y)\""
        let anchor = text.anchor == .start ? "" : " text-anchor=\"\(text.anchor.rawValue)\""
        let weight = text.isBold ? " font-weight=\"bold\"" : ""
        let colour = text.colour == "#000" ? "" : " fill=\"\(text.colour)\""
        return "<text \(place) font-size=\"\(number(text.size))\"\(anchor)\(weight)\(colour)>\(content(text))</text>\n"
    }

    /// The text, its exponents raised, which have no characters of their own in the fonts that journals ask for.
    private static func content(_ text: PageText) -> String {
        var content = ""
        var raised = ""
        func closeRaised(_ content: inout String) {
            guard !raised.isEmpty else { return }
            let rise = number(TextMetrics.rise * text.size)
            let size = number(min(text.size, TextMetrics.raisedSize))
            content += "<tspan dy=\"-\(rise)\" font-size=\"\(size)\">\(raised)</tspan>"
            raised = ""
        }
        var isLowered = true
        for scalar in text.text.unicodeScalars {
            if let plain = Superscript.plain(scalar) {
                raised.unicodeScalars.append(plain)
                isLowered = false
                continue
            }
            closeRaised(&content)
            let character = escaped(String(scalar))
            if isLowered || character.isEmpty {
                content += character
            } else {
                content += "<tspan dy=\"\(number(TextMetrics.rise * text.size))\">\(character)</tspan>"
                isLowered = true
            }
        }
        closeRaised(&content)
        return content
    }

    /// What XML allows of `text`, its special characters as references.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A number with few digits; hundredths of a point are finer than any printer.
    static func number(_ value: Double, decimals: Int = 2) -> String {
        let scale = decimals == 3 ? 1000.0 : 100.0
        let scaled = Int((min(max(value, -1e6), 1e6) * scale).rounded())
        let (whole, part) = abs(scaled).quotientAndRemainder(dividingBy: Int(scale))
        var digits = part == 0 ? "" : "." + String(repeating: "0", count: decimals - "\(part)".count) + "\(part)"
        while digits.last == "0" { digits.removeLast() }
        return (scaled < 0 ? "-" : "") + "\(whole)" + digits
    }

    /// 32 bits of the text as hexadecimal digits (FNV-1a): the same on every machine and in every process.
    private static func key(of text: String) -> String {
        let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension Page {
    /// What tells two pages apart, for names within a document.
    fileprivate var hashedText: String {
        texts.map(\.text).joined(separator: "\n")
            + "\n\(marks.count) \(PageSVG.number(width)) \(PageSVG.number(height))"
    }
}
