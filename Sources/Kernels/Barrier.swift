// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A point that several threads pass together, again and again.
///
/// Made for the threads of one `WorkPool.forEach` whose count is at most the pool's threads, which therefore all run at
/// once. What one thread wrote before `wait()` the others see behind it.
public final class Barrier: Sendable {
    /// Threads that meet.
    public let parties: Int
    private let arrived = Atomic<Int>(0)
    private let round = Atomic<Int>(0)

    /// A barrier for that many threads.
    public init(parties: Int) {
        precondition(parties >= 1, "a barrier of \(parties) threads")
        self.parties = parties
    }

    /// Returns when all threads have called it.
    public func wait() {
        guard parties > 1 else { return }
        let current = round.load(ordering: .relaxed)
        if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == parties {
            arrived.store(0, ordering: .relaxed)
            round.store(current &+ 1, ordering: .releasing)
        } else {
            // The others are microseconds away, less than it takes to fall asleep; where the machine has fewer free
            // processors than parties, they need this one.
            let isOver = { self.round.load(ordering: .acquiring) != current }
            if !Spinning.until(isOver) { while !isOver() { sched_yield() } }
        }
    }
}
