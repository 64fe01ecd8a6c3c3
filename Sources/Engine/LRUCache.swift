// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A cache of values that are costly to make; the least recently used go first.
struct LRUCache<Key: Hashable, Value> {
    private let limit: Int
    private let cost: @Sendable (Value) -> Int
    /// Most recently used last.
    private var entries: [(key: Key, value: Value)] = []

    /// Keeps the last values whose costs add up to at most `limit`, and always the very last; each costs 1 by default.
    init(limit: Int, cost: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
        self.limit = limit
        self.cost = cost
    }

    /// The value of `key`, made if it is not among the last ones.
    mutating func value<Failure>(of key: Key, make: () throws(Failure) -> Value) throws(Failure) -> Value {
        if let position = entries.firstIndex(where: { $0.key == key }) {
            let entry = entries.remove(at: position)
            entries.append(entry)
            return entry.value
        }
        let value = try make()
        entries.append((key, value))
        while entries.count > 1, entries.reduce(0, { $0 + cost($1.value) }) > limit { entries.removeFirst() }
        return value
    }
}
