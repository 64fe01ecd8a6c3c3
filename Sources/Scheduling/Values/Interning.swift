// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Numbers for values that are used as indices, in order of first appearance.
struct Interning<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value] = []
    private var indices: [Value: Int] = [:]

    /// The number that the value was given; nil for one that never appeared.
    func knownIndex(of value: Value) -> Int? { indices[value] }

    mutating func index(of value: Value) -> Int {
        if let index = indices[value] { return index }
        indices[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
