// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A terminal's screen as far as the product's screens need one: what is written into it, and where.
///
/// A sequence that it does not know is kept, so that a test can say that there was none.
public struct ScreenEmulator: Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Sequences that mean nothing to it.
    public private(set) var unknown: [String] = []
    /// Whether the screen of programs is shown instead of the shell's.
    public private(set) var isAlternate = false
    /// Whether the cursor is seen.
    public private(set) var showsCursor = true
    /// Texts that were put into the clipboard, in base 64.
    public private(set) var clipboard: [String] = []
    /// How often a line was written to.
    public private(set) var writes: [Int]

    private var screens: [Bool: [[Character]]]
    private var row = 0
    private var column = 0
    /// Where the cursor was on the shell's screen.
    private var saved = (row: 0, column: 0)
    private var pending: [UInt8] = []
    private var isReversed = false
    private var reversed: Set<Int> = []

    /// An empty screen, the shell's unless it is to be that of programs.
    public init(width: Int, height: Int, alternate: Bool = false) {
        (self.width, self.height, isAlternate) = (width, height, alternate)
        let blank = Array(repeating: Array(repeating: Character(" "), count: width), count: height)
        screens = [false: blank, true: blank]
        writes = Array(repeating: 0, count: height)
    }

    /// The lines that are shown, without blanks at their ends.
    public var lines: [String] {
        (screens[isAlternate] ?? []).map { line in
            // A wide character's second column holds nothing.
            String(String(line.filter { $0 != "\0" }).reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Everything that is shown.
    public var text: String { lines.joined(separator: "\n") }

    /// The lines in which something is written in reversed letters.
    public var selectedLines: [String] { reversed.sorted().map { lines[$0] } }

    /// Takes a text.
    public mutating func feed(_ text: String) { feed(Array(text.utf8)) }

    /// Takes bytes, in whatever portions.
    public mutating func feed(_ bytes: [UInt8]) {
        pending += bytes
        while let length = next() { pending.removeFirst(length) }
    }

    private mutating func next() -> Int? {
        guard let first = pending.first else { return nil }
        switch first {
        case 0x1B: return escape()
        case 0x0D: column = 0
        case 0x0A: row = min(row + 1, height - 1)
        case 0x07: break
        default: return character(first)
        }
        return 1
    }

    private mutating func character(_ first: UInt8) -> Int? {
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard pending.count >= length else { return nil }
        if let character = String(decoding: pending.prefix(length), as: UTF8.self).first { put(character) }
        return length
    }

    private mutating func put(_ character: Character) {
        let wide = character.unicodeScalars.first.map { Self.isWide($0.value) } ?? false
        guard column + (wide ? 2 : 1) <= width else {
            unknown.append("written beyond the last column: \(character)")
            return
        }
        screens[isAlternate]?[row][column] = character
        writes[row] += 1
        if isReversed { reversed.insert(row) } else if column == 0 { reversed.remove(row) }
        if wide { screens[isAlternate]?[row][column + 1] = "\0" }
        column += wide ? 2 : 1
    }

    /// Of the wide characters those that tests write: kana, Chinese characters, Korean syllables.
    private static func isWide(_ value: UInt32) -> Bool {
        (0x3041...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value)
    }

    private mutating func escape() -> Int? {
        guard pending.count > 1 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["):
            guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
            control(String(decoding: pending[2..<end], as: UTF8.self), Character(Unicode.Scalar(pending[end])))
            return end + 1
        case UInt8(ascii: "]"):
            guard let end = pending.firstIndex(of: 0x07) else { return nil }
            let text = String(decoding: pending[2..<end], as: UTF8.self)
            if text.hasPrefix("52;c;") {
                clipboard.append(String(text.dropFirst(5)))
            } else {
                unknown.append("OSC \(text)")
            }
            return end + 1
        default:
            unknown.append("ESC \(pending[1])")
            return 2
        }
    }

    private mutating func control(_ parameters: String, _ final: Character) {
        let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
        switch (final, parameters) {
        case ("H", _): (row, column) = ((numbers.first ?? 1) - 1, (numbers.count > 1 ? numbers[1] : 1) - 1)
        case ("K", ""), ("K", "0"): erase(row, from: column)
        case ("J", "2"): for row in 0..<height { erase(row, from: 0) }
        case ("m", _): isReversed = numbers.contains(7)
        case ("h", "?1049"): (isAlternate, saved) = (true, (row, column))
        case ("l", "?1049"): (isAlternate, row, column) = (false, saved.row, saved.column)
        case ("h", "?25"): showsCursor = true
        case ("l", "?25"): showsCursor = false
        case ("h", "?7"), ("l", "?7"), ("h", "?2004"), ("l", "?2004"): break
        default: unknown.append("CSI \(parameters)\(final)")
        }
    }

    private mutating func erase(_ row: Int, from column: Int) {
        for place in column..<max(width, column) where place < width { screens[isAlternate]?[row][place] = " " }
        if column == 0 { reversed.remove(row) }
    }
}
