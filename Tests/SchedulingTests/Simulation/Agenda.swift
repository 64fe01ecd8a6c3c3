// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling

/// What is going to happen, earliest first; equal instants in the order of scheduling.
struct Agenda<Happening> {
    private struct Entry {
        var at: Instant
        var order: UInt64
        var happening: Happening

        func precedes(_ other: Entry) -> Bool { (at, order) < (other.at, other.order) }
    }

    private var heap: [Entry] = []
    private var scheduled: UInt64 = 0

    mutating func add(_ happening: Happening, at instant: Instant) {
        heap.append(Entry(at: instant, order: scheduled, happening: happening))
        scheduled += 1
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (at: Instant, happening: Happening)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.happening)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].precedes(heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
