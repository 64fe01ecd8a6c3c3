// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Values under keys, in the order in which they came; every operation on one of them takes constant time on average.
struct OrderedTable<Key: Hashable, Value> {
    /// Entries from `head` on; those that were removed are nil until their neighbours go, too.
    private var entries: [(key: Key, value: Value)?] = []
    private var head = 0
    private var positions: [Key: Int] = [:]

    var isEmpty: Bool { positions.isEmpty }
    var count: Int { positions.count }
    /// Every key, oldest first.
    var keys: [Key] { entries[head...].compactMap { $0?.key } }
    /// Every value, oldest first.
    var values: [Value] { entries[head...].compactMap { $0?.value } }
    /// The oldest value.
    var first: Value? { entries[head...].lazy.compactMap { $0?.value }.first }

    subscript(key: Key) -> Value? { positions[key].flatMap { entries[$0]?.value } }

    /// Adds a value behind all others; a key that is there keeps its value, and false is returned.
    @discardableResult
    mutating func append(_ value: Value, for key: Key) -> Bool {
        guard positions[key] == nil else { return false }
        positions[key] = entries.count
        entries.append((key, value))
        return true
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let position = positions.removeValue(forKey: key) else { return nil }
        let value = entries[position]?.value
        entries[position] = nil
        compact()
        return value
    }

    mutating func removeFirst() -> Value? {
        while head < entries.count {
            if let key = entries[head]?.key { return remove(key) }
            head += 1
        }
        return nil
    }

    mutating func removeAll() {
        self = OrderedTable()
    }

    /// Drops removed entries once they are the greater part, so that each is moved once on average.
    private mutating func compact() {
        while head < entries.count, entries[head] == nil { head += 1 }
        guard entries.count > 32, entries.count > 2 * positions.count else { return }
        entries = entries[head...].filter { $0 != nil }
        head = 0
        for (position, entry) in entries.enumerated() {
            if let key = entry?.key { positions[key] = position }
        }
    }
}
