// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import ResultStore
import Synchronization

/// Makes the summaries that recording a result does not make itself, beside the loop and at leisure: of a store of an
/// earlier version, and of cells whose baseline was completed after them.
final class SummaryService: Sendable {
    /// Images of one portion; writing their summaries takes the store for some milliseconds.
    private static let portion = 20_000
    /// How long is waited where there was nothing to do.
    private static let idle = 1.0
    /// The share of the time in which something is done.
    private static let share = 0.1
    /// How long the end of a run may be put off; the next opening goes on with the rest.
    private static let patience: Duration = .seconds(2)

    private let store: ResultStore
    private let queue = DispatchQueue(label: "summaries", qos: .utility)
    private let stopping = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    /// Begins at once, and ends with `stop`.
    init(_ store: ResultStore) {
        self.store = store
        queue.async { [self] in work() }
    }

    /// Returns when nothing more is written.
    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        stopping.signal()
        queue.sync {}
    }

    /// Makes what is missing when a run has ended, and stops.
    func finish() {
        stop()
        let end = ContinuousClock.now + Self.patience
        while .now < end, (try? store.settleSummaries(includingUnfinished: true)) == true {}
    }

    private func work() {
        while !isStopped.load(ordering: .relaxed) {
            let begun = ContinuousClock.now
            // A store in trouble is the loop's affair; here it is tried again later.
            let found = (try? store.settleSummaries(images: Self.portion)) ?? false
            let seconds = begun.duration(to: .now) / .seconds(1)
            let pause = found ? seconds * (1 / Self.share - 1) : Self.idle
            if stopping.wait(timeout: .now() + pause) == .success { return }
        }
    }
}
