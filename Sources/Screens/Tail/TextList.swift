// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Lines that are scrolled and filtered: the workers, the failures, the help, an explanation.
struct TextList: Hashable, Sendable {
    /// Lines that belong together: a filter shows all of them or none.
    typealias Block = [ScreenLine]

    var filter = FilterField()
    private var top = 0

    /// Takes a key that scrolls; false for another.
    mutating func take(_ key: Key, page: Int) -> Bool {
        switch key {
        case .character("j"), .down: top += 1
        case .character("k"), .up: top -= 1
        case .pageDown, .character(" "), .control("f"): top += page
        case .pageUp, .control("b"): top -= page
        case .control("d"): top += page / 2
        case .control("u"): top -= page / 2
        case .character("g"), .home: top = 0
        // The end is known when lines are drawn.
        case .character("G"), .end: top = .max / 2
        default: return false
        }
        top = max(top, 0)
        return true
    }

    /// The lines in view, `height` at most.
    mutating func lines(_ blocks: [Block], height: Int) -> [ScreenLine] {
        let all = blocks.filter { block in filter.matches(block.map(\.text).joined(separator: " ")) }.flatMap(\.self)
        top = max(0, min(top, all.count - height))
        guard !all.isEmpty || filter.text.isEmpty else {
            return [ScreenLine("  Nothing here has '\(filter.text)'. Esc shows everything again.", .faint)]
        }
        var shown = Array(all.dropFirst(top).prefix(height))
        let below = all.count - top - shown.count
        if below > 0, height > 2 {
            shown[shown.count - 1] = ScreenLine("  … \(below + 1) more lines below", .faint)
        }
        return shown
    }
}
