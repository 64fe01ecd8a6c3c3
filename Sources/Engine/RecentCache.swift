// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The last few values that were costly to make.
struct RecentCache<Key: Hashable, Value> {
    private let limit: Int
    /// Most recently used last.
    private var entries: [(key: Key, value: Value)] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// The value of `key`, made if it is not among the last ones.
    mutating func value(of key: Key, make: () throws -> Value) rethrows -> Value {
        if let position = entries.firstIndex(where: { $0.key == key }) {
            let entry = entries.remove(at: position)
            entries.append(entry)
            return entry.value
        }
        let value = try make()
        if entries.count >= limit { entries.removeFirst() }
        entries.append((key, value))
        return value
    }
}
