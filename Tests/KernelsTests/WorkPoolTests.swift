// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Synchronization
import Testing

@Suite("Work pool")
struct WorkPoolTests {
    @Test("every index is visited once", .timeLimit(.minutes(1)), arguments: [1, 2, 3, 8])
    func visitsEveryIndexOnce(threads: Int) {
        let pool = WorkPool(threads: threads)
        for count in [0, 1, 2, 7, 1000] {
            let visits = Mutex([Int](repeating: 0, count: count))
            pool.forEach(count) { index, thread in
                #expect(0..<threads ~= thread)
                visits.withLock { $0[index] += 1 }
            }
            #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }

    @Test("no two calls share a thread's number at the same time", .timeLimit(.minutes(1)))
    func threadNumbersAreExclusive() {
        let busy = Mutex(Set<Int>())
        WorkPool(threads: 4).forEach(200) { _, thread in
            #expect(busy.withLock { $0.insert(thread).inserted })
            Thread.sleep(forTimeInterval: 0.0001)
            busy.withLock { _ = $0.remove(thread) }
        }
    }

    @Test("the work of a call is done when it returns, many calls in a row", .timeLimit(.minutes(1)))
    func finishesBeforeReturning() {
        let pool = WorkPool(threads: 3)
        let total = Atomic<Int>(0)
        for call in 1...2000 {
            pool.forEach(5) { index, _ in total.wrappingAdd(index, ordering: .relaxed) }
            #expect(total.load(ordering: .relaxed) == call * 10)
        }
    }

    @Test("other threads really take part", .timeLimit(.minutes(1)))
    func usesItsThreads() {
        // Each call waits for the other: one thread alone would wait for ever.
        let arrived = Atomic<Int>(0)
        WorkPool(threads: 2).forEach(2) { _, _ in
            arrived.wrappingAdd(1, ordering: .sequentiallyConsistent)
            while arrived.load(ordering: .sequentiallyConsistent) < 2 { Thread.sleep(forTimeInterval: 0.0001) }
        }
        #expect(arrived.load(ordering: .relaxed) == 2)
    }

    @Test("fewer threads, and more again, do all of the work", .timeLimit(.minutes(1)))
    func activeThreads() {
        let pool = WorkPool(threads: 4)
        #expect(pool.activeThreads == 4)
        var random = SystemRandomNumberGenerator()
        for round in 0..<2000 {
            if round % 3 == 0 { pool.setActiveThreads(Int.random(in: 0...5, using: &random)) }
            let active = pool.activeThreads
            let visits = Mutex((counts: [Int](repeating: 0, count: 16), highest: 0))
            pool.forEach(16) { index, thread in
                visits.withLock { visits in
                    visits.counts[index] += 1
                    visits.highest = max(visits.highest, thread)
                }
            }
            #expect(visits.withLock { $0.counts.allSatisfy { $0 == 1 } && $0.highest < active })
            #expect((1...4).contains(active))
        }
    }

    @Test("callers on several threads take turns", .timeLimit(.minutes(1)))
    func callersTakeTurns() async {
        final class Total: Sendable { let value = Atomic<Int>(0) }
        let (pool, total) = (WorkPool(threads: 2), Total())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    pool.forEach(50) { index, _ in total.value.wrappingAdd(index, ordering: .relaxed) }
                }
            }
        }
        #expect(total.value.load(ordering: .relaxed) == 8 * 1225)
    }

    @Test("a pool that is let go ends its threads", .timeLimit(.minutes(1)))
    func endsItsThreads() throws {
        for _ in 0..<200 {
            WorkPool(threads: 4).forEach(4) { _, _ in }
        }
        // 600 threads were started; those of tests that run beside this one are few.
        func running() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
        while try running() > 100 { Thread.sleep(forTimeInterval: 0.001) }
        #expect(try running() <= 100)
    }
}
