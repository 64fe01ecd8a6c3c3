// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Makes keys of the bytes that a terminal sends.
///
/// A key may be one byte, a character in UTF-8, or an escape sequence, and bytes may come in any portions. A lone ESC is
/// the Escape key only when nothing follows for a while: whoever feeds the decoder waits while ``isUndecided`` and then
/// calls ``settle()``. What is pasted (between the marks of bracketed paste) is no key.
package struct KeyDecoder: Sendable {
    /// The longest sequence that is waited for; what is longer is no key.
    private static let longestSequence = 32

    private var pending: [UInt8] = []
    private var isPasting = false

    package init() {}

    /// Whether the bytes so far may be a key or the beginning of another one.
    package var isUndecided: Bool { !pending.isEmpty }

    /// The keys that are complete with these bytes.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let step = next() {
            pending.removeFirst(step.length)
            if let key = step.key { keys.append(key) }
        }
        return keys
    }

    /// The keys that the bytes so far are when nothing follows.
    package mutating func settle() -> [Key] {
        let bytes = pending
        pending = []
        guard bytes.first == Byte.escape, !isPasting else { return [] }
        guard bytes.count == 2, let scalar = bytes.last.map(Unicode.Scalar.init), !isPasting else { return [.escape] }
        return [.escape, .character(Character(scalar))]
    }

    /// How many bytes go, and which key they are, if any; nil while that is open.
    private typealias Step = (length: Int, key: Key?)

    private mutating func next() -> Step? {
        guard let first = pending.first else { return nil }
        if isPasting { return pasted(first) }
        switch first {
        case Byte.escape: return sequence()
        case 0x0A, 0x0D: return (1, .enter)
        case 0x09: return (1, .tab)
        case 0x08, 0x7F: return (1, .backspace)
        case 0x01...0x1A: return (1, .control(Character(Unicode.Scalar(first + 0x60))))
        case ..<0x20: return (1, nil)
        default: return character(first)
        }
    }

    /// A paste ends with its mark, or with Ctrl-C, so that a lost mark never takes the keyboard away.
    private mutating func pasted(_ first: UInt8) -> Step? {
        guard first == Byte.escape else {
            isPasting = first != 0x03
            return (1, isPasting ? nil : .control("c"))
        }
        let mark = Array("\u{1B}[201~".utf8)
        if pending.starts(with: mark) {
            isPasting = false
            return (mark.count, nil)
        }
        return mark.starts(with: pending) ? nil : (1, nil)
    }

    private func character(_ first: UInt8) -> Step? {
        let length =
            switch first {
            case ..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0 else { return (1, nil) }
        guard pending.count >= length else {
            // Bytes that cannot go on so are given up now instead of being waited for.
            return pending.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 } ? nil : (1, nil)
        }
        guard let text = String(validating: pending.prefix(length), as: UTF8.self), let character = text.first else {
            return (1, nil)
        }
        return (length, .character(character))
    }

    private mutating func sequence() -> Step? {
        guard pending.count > 1 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["): return controlSequence()
        case UInt8(ascii: "O"):
            guard pending.count > 2 else { return nil }
            return (3, Self.letters[pending[2]])
        default:
            // Escape, and then another key.
            return (1, .escape)
        }
    }

    private mutating func controlSequence() -> Step? {
        // The Linux console's F1 to F5: ESC [ [ A.
        if pending.count > 2, pending[2] == UInt8(ascii: "[") {
            guard pending.count > 3 else { return nil }
            return (4, (0x41...0x45).contains(pending[3]) ? .function(Int(pending[3]) - 0x40) : nil)
        }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) || $0 < 0x20 }) else {
            return pending.count > Self.longestSequence ? (pending.count, nil) : nil
        }
        // A control byte within a sequence breaks it off and counts for itself.
        guard pending[end] >= 0x20 else { return (end, nil) }
        guard pending[end] == UInt8(ascii: "~") else { return (end + 1, Self.letters[pending[end]]) }
        let number = pending[2..<end].prefix { $0 != UInt8(ascii: ";") }
        switch Int(String(decoding: number, as: UTF8.self)) {
        case 200:
            isPasting = true
            return (end + 1, nil)
        case let number: return (end + 1, number.flatMap { Self.numbers[$0] })
        }
    }

    /// The last letter of a sequence, after ESC [ or ESC O.
    private static let letters: [UInt8: Key] = Dictionary(
        uniqueKeysWithValues: [
            ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end), ("Z", .backTab),
            ("M", .enter), ("P", .function(1)), ("Q", .function(2)), ("R", .function(3)), ("S", .function(4)),
        ].map { (letter: Character, key: Key) in (letter.asciiValue ?? 0, key) }
    )

    /// The number of a sequence that ends with ~.
    private static let numbers: [Int: Key] = [
        1: .home, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12),
    ]
}

private enum Byte {
    static let escape: UInt8 = 0x1B
}
