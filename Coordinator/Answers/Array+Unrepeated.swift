// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Array where Element: Hashable {
    /// Each element once, where it comes first.
    var unrepeated: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
