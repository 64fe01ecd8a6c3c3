// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What is typed after `/`: it filters from the first letter on.
struct FilterField: Hashable, Sendable {
    private(set) var text = ""
    /// Whether keys are written into it.
    private(set) var isOpen = false

    /// The words that must all occur, in lower case.
    var words: [String] { text.lowercased().split(separator: " ").map(String.init) }

    /// Whether `line` has all words.
    func matches(_ line: String) -> Bool {
        guard !text.isEmpty else { return true }
        let line = line.lowercased()
        return words.allSatisfy { line.contains($0) }
    }

    mutating func open() { isOpen = true }

    mutating func clear() { self = FilterField() }

    /// Takes a key while it is open; false for a key that closes it and means something else.
    mutating func take(_ key: Key) -> Bool {
        switch key {
        case .character(let character): text.append(character)
        case .backspace where text.isEmpty: isOpen = false
        case .backspace: text.removeLast()
        case .control("u"): text = ""
        case .control("w"): text = String(text.reversed().drop { $0 == " " }.drop { $0 != " " }.reversed())
        case .enter: isOpen = false
        case .escape: clear()
        default:
            isOpen = false
            return false
        }
        return true
    }
}
