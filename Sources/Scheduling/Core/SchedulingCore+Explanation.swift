// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

// Explanation: how one cell stands, for somebody who asks.
extension SchedulingCore {
    /// How the cell stands; nil for one that was not given, or not yet.
    ///
    /// - Complexity: O(attempts in flight + segments of the cell).
    public func explain(_ cell: CellID) -> CellExplanation? {
        guard let slot = cells.slot(of: cell) else {
            return completed.contains(cell) ? CellExplanation(recorded: cell) : nil
        }
        let state = cells[slot]
        var explanation = CellExplanation(recorded: cell)
        explanation.priority = state.priority
        explanation.isRecorded = state.unfinished == 0 && state.failed == 0
        for segment in state.segments.segments { explanation.images.count(segment) }
        explanation.isQueued = explanation.images.pending > 0
        explanation.attempts = attemptsInFlight(at: cell)
        explanation.failures = state.history
        explanation.checks = state.checks
        return explanation
    }

    private func attemptsInFlight(at cell: CellID) -> [CellExplanation.Attempt] {
        workers.slots.flatMap { slot in
            let worker = workers[slot]
            let running = worker.running?.serial
            return worker.leases.filter { $0.attempt.shard.cell == cell }.map { lease in
                CellExplanation.Attempt(
                    identity: lease.attempt,
                    worker: worker.id,
                    host: worker.facts.host,
                    since: lease.since,
                    isAdopted: lease.isAdopted,
                    isSpeculative: lease.purpose == .speculation,
                    isCheck: lease.purpose == .check,
                    isRunning: lease.serial == running
                )
            }
        }
    }
}

extension CellExplanation {
    /// A cell of which only the id is kept.
    fileprivate init(recorded cell: CellID) {
        self.init(
            id: cell,
            priority: 0,
            isRecorded: true,
            images: Images(),
            isQueued: false,
            attempts: [],
            failures: [],
            checks: 0
        )
    }
}

extension CellExplanation.Images {
    fileprivate mutating func count(_ segment: Segment) {
        switch segment.state {
        case .pending: pending += segment.count
        case .leased: leased += segment.count
        case .recording: recording += segment.count
        case .recorded: recorded += segment.count
        case .failed: failed += segment.count
        }
    }
}
