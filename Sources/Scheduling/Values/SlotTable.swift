// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Values under their ids, each in a numbered place that stays the same while the value is there.
///
/// The places give a fixed order of iteration, which a dictionary does not: the scheduler must answer the same events
/// with the same actions in every process. A vacated place keeps its old value until it is taken again.
struct SlotTable<ID: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The number of a place; a type of its own for each table, so that a cell's place is never taken for a worker's.
    struct Slot: Hashable, Sendable {
        fileprivate let index: Int
    }

    private var places: [ID: Slot] = [:]
    private var values: [Value] = []
    private var occupied: [Bool] = []
    private var vacant: [Slot] = []

    var count: Int { places.count }

    /// The occupied places, ascending.
    ///
    /// - Complexity: O(places).
    var slots: [Slot] { values.indices.lazy.filter { occupied[$0] }.map(Slot.init) }

    func slot(of id: ID) -> Slot? { places[id] }

    func isOccupied(_ slot: Slot) -> Bool { occupied[slot.index] }

    subscript(slot: Slot) -> Value {
        _read { yield values[slot.index] }
        _modify { yield &values[slot.index] }
    }

    /// Puts `value` into a free place; `id` must not be in the table.
    mutating func insert(_ value: Value, for id: ID) -> Slot {
        let slot: Slot
        if let free = vacant.popLast() {
            slot = free
            values[slot.index] = value
            occupied[slot.index] = true
        } else {
            slot = Slot(index: values.count)
            values.append(value)
            occupied.append(true)
        }
        precondition(places.updateValue(slot, forKey: id) == nil, "\(id) is in the table already")
        return slot
    }

    mutating func remove(_ id: ID) {
        guard let slot = places.removeValue(forKey: id) else { return }
        occupied[slot.index] = false
        vacant.append(slot)
    }
}

extension SlotTable.Slot: Comparable {
    /// Orders places as ``SlotTable/slots`` does.
    static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// Places of one table in a line, each of them once, first in, first out.
struct SlotQueue<ID: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Slot = SlotTable<ID, Value>.Slot

    private var queue = Queue<Slot>()
    private var isListed: [Bool] = []

    /// Whether nothing stands in the line, removed places included: they leave it when they reach the front.
    var isEmpty: Bool { queue.isEmpty }

    func contains(_ slot: Slot) -> Bool { slot.index < isListed.count && isListed[slot.index] }

    /// Puts the place at the end unless it stands in the line already.
    mutating func append(_ slot: Slot) {
        while isListed.count <= slot.index { isListed.append(false) }
        guard !isListed[slot.index] else { return }
        isListed[slot.index] = true
        queue.append(slot)
    }

    mutating func popFirst() -> Slot? {
        while let slot = queue.popFirst() {
            guard isListed[slot.index] else { continue }
            isListed[slot.index] = false
            return slot
        }
        return nil
    }

    /// Takes the place out of the line, wherever it stands.
    mutating func remove(_ slot: Slot) {
        if contains(slot) { isListed[slot.index] = false }
    }

    /// Whether each place of the line that was not removed will come to the front.
    func checkInvariants() throws(InvariantViolation) {
        let queued = Set(queue.lazy.map(\.index))
        let isFound = isListed.indices.allSatisfy { !isListed[$0] || queued.contains($0) }
        try expect(isFound, "a place is listed and not in the line")
    }
}
