// BitSweep
// SPDX-License-Identifier: Apache-2.0

// The end: everything recorded or failed, or a stop.
extension SchedulingCore {
    mutating func stop(at now: Instant) {
        guard phase == .running else { return }
        phase = .stopping(deadline: now.advanced(by: configuration.stopGrace))
    }

    /// Ends the run, once, when nothing is left to wait for.
    mutating func conclude(at now: Instant) {
        guard phase != .ended else { return }
        if !moreCells, unfinishedCells == 0, deliveries.isEmpty {
            phase = .ended
            outbox.append(.finished(progress(at: now)))
        } else if case .stopping(let deadline) = phase, (leaseCount == 0 && deliveries.isEmpty) || now >= deadline {
            phase = .ended
            outbox.append(.stopped(progress(at: now)))
        }
    }
}
