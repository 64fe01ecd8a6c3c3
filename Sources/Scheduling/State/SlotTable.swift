// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Values under their ids, each in a numbered place that stays the same while the value is there.
///
/// The places give a fixed order of iteration, which a dictionary does not: the scheduler must answer the same events
/// with the same actions in every process. A vacated place keeps its old value until it is taken again.
struct SlotTable<ID: Hashable & Sendable, Value: Sendable>: Sendable {
    private var places: [ID: Int] = [:]
    private var values: [Value] = []
    private var occupied: [Bool] = []
    private var vacant: [Int] = []

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    /// The occupied places, ascending.
    ///
    /// - Complexity: O(places).
    var slots: [Int] { values.indices.filter { occupied[$0] } }

    func slot(of id: ID) -> Int? { places[id] }

    func isOccupied(_ slot: Int) -> Bool { occupied[slot] }

    subscript(slot: Int) -> Value {
        _read { yield values[slot] }
        _modify { yield &values[slot] }
    }

    /// Puts `value` into a free place; `id` must not be in the table.
    mutating func insert(_ value: Value, for id: ID) -> Int {
        let slot: Int
        if let free = vacant.popLast() {
            slot = free
            values[slot] = value
            occupied[slot] = true
        } else {
            slot = values.count
            values.append(value)
            occupied.append(true)
        }
        precondition(places.updateValue(slot, forKey: id) == nil, "\(id) is in the table already")
        return slot
    }

    mutating func remove(_ id: ID) {
        guard let slot = places.removeValue(forKey: id) else { return }
        occupied[slot] = false
        vacant.append(slot)
    }
}
