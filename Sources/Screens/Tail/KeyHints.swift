// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

extension ScreenLine {
    /// What is so, and then as many of the keys as fit; the last two are the last to go.
    static func hints(_ facts: [String], _ keys: [String], width: Int) -> ScreenLine {
        let left = facts.filter { !$0.isEmpty }.joined(separator: "  ")
        var keys = keys
        func text() -> String { keys.joined(separator: "   ") }
        while keys.count > 2, DisplayWidth.of(left) + DisplayWidth.of(text()) + 3 > width { keys.removeFirst() }
        let gap = left.isEmpty ? "" : "   "
        return ScreenLine(left) + ScreenLine("\(gap)\(text())", .faint)
    }
}
