// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The extent of text in Liberation Sans, and how it is broken or shortened to fit.
///
/// Lengths are in points. Pair kerning is left out: it moves letters together, never apart.
struct TextMetrics: Hashable {
    /// Height of the font.
    let size: Double
    /// Whether the bold face is meant.
    let isBold: Bool

    /// Text of a size from 5 to 7 points, as journals ask for.
    init(size: Double, isBold: Bool = false) {
        self.size = size
        self.isBold = isBold
    }

    /// Above the baseline, in font sizes: what letters and brackets reach.
    static let ascent = 0.745
    /// Below the baseline, in font sizes.
    static let descent = 0.215
    /// What digits reach, in font sizes.
    static let digitHeight = 0.7
    /// The size of raised characters: the least that journals allow.
    static let raisedSize = 5.0
    /// How far raised characters are raised, in font sizes.
    static let rise = 0.33

    /// From one line's baseline to the next one's.
    var lineHeight: Double { size * 1.2 }

    /// Where the baseline lies when the text's capitals are centred on 0.
    var centring: Double { size * 0.344 }

    /// How far `text` moves the pen.
    func width(_ text: String) -> Double {
        text.unicodeScalars.reduce(0) { sum, scalar in
            guard let raised = Superscript.plain(scalar) else { return sum + advance(scalar) * size }
            return sum + advance(raised) * min(size, Self.raisedSize)
        }
    }

    /// The pen's way over one character, in font sizes.
    private func advance(_ scalar: Unicode.Scalar) -> Double {
        if let width = Self.advances[scalar] { return Double(isBold ? width.bold : width.regular) / 2048 }
        // Of another font: ideographs and symbols fill a square, letters do not.
        return scalar.value >= 0x1100 ? 1 : 0.8
    }

    private static let advances: [Unicode.Scalar: (regular: UInt16, bold: UInt16)] = {
        var table: [Unicode.Scalar: (regular: UInt16, bold: UInt16)] = [:]
        for (first, widths) in AdvanceWidths.regular {
            for (offset, width) in widths.enumerated() where width > 0 {
                guard let scalar = Unicode.Scalar(first + UInt32(offset)) else { continue }
                // Where the bold face is not listed: no letter of it is wider than this.
                table[scalar] = (width, width + width / 4)
            }
        }
        for (first, widths) in AdvanceWidths.bold {
            for (offset, width) in widths.enumerated() where width > 0 {
                guard let scalar = Unicode.Scalar(first + UInt32(offset)) else { continue }
                table[scalar]?.bold = width
            }
        }
        return table
    }()

    /// `text`, with its middle left out where it would be wider than `width`.
    func shortened(_ text: String, to width: Double) -> String {
        guard self.width(text) > width else { return text }
        let characters = Array(text)
        var (fits, tooLong) = (0, characters.count)
        while tooLong - fits > 1 {
            let kept = (fits + tooLong) / 2
            if self.width(Self.keeping(kept, of: characters)) <= width { fits = kept } else { tooLong = kept }
        }
        return Self.keeping(fits, of: characters)
    }

    private static func keeping(_ count: Int, of characters: [Character]) -> String {
        String(characters.prefix((count + 1) / 2)) + "…" + String(characters.suffix(count / 2))
    }

    /// `text` in lines no wider than `width`, broken between words where that is possible.
    ///
    /// - Parameters:
    ///   - text: Words between spaces; `-`, `_`, `/` and `,` may end a line, too.
    ///   - width: The most that a line may take.
    ///   - most: The most lines; what does not fit into them loses its middle.
    /// - Returns: The lines, one at least.
    func lines(_ text: String, within width: Double, most: Int = .max) -> [String] {
        var lines = broken(text, within: width)
        guard lines.count > most else { return lines }
        guard most > 1 else { return [shortened(text, to: width)] }
        var room = width * Double(most)
        while lines.count > most {
            lines = broken(shortened(text, to: room), within: width)
            room *= 0.93
        }
        return lines
    }

    /// Whether all words of `text` fit into `width` without being broken.
    func hasWordsWithin(_ width: Double, _ text: String) -> Bool {
        Self.words(text).allSatisfy { self.width(Self.trimmed($0)) <= width }
    }

    private func broken(_ text: String, within width: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in Self.words(text) {
            if self.width(Self.trimmed(line + word)) <= width {
                line += word
                continue
            }
            if !Self.trimmed(line).isEmpty { lines.append(Self.trimmed(line)) }
            line = ""
            for character in word {
                if !line.isEmpty, self.width(line + String(character)) > width, character != " " {
                    lines.append(line)
                    line = ""
                }
                line.append(character)
            }
        }
        if !Self.trimmed(line).isEmpty || lines.isEmpty { lines.append(Self.trimmed(line)) }
        return lines
    }

    /// The pieces of `text` between which a line may end, each with what stands at its end.
    private static func words(_ text: String) -> [String] {
        var words = [""]
        for character in text {
            words[words.count - 1].append(character)
            if " -_/,".contains(character) { words.append("") }
        }
        return words.filter { !$0.isEmpty }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        while line.first == " " { line.removeFirst() }
        return String(line)
    }
}

/// Exponents: characters of Unicode that Liberation Sans lacks and that are therefore drawn as raised digits.
enum Superscript {
    private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁻".unicodeScalars)
    private static let lowered = Array("0123456789−".unicodeScalars)

    /// The character that `scalar` is the raised form of; nil where it is none.
    static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        raised.firstIndex(of: scalar).map { lowered[$0] }
    }

    /// A number as an exponent, such as `⁻⁴`.
    static func text(_ exponent: Int) -> String {
        let digits = String(abs(exponent)).unicodeScalars.map { raised[Int($0.value) - 48] }
        return (exponent < 0 ? "⁻" : "") + digits.map(String.init).joined()
    }
}
