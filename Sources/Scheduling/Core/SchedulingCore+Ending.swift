// BitSweep
// SPDX-License-Identifier: Apache-2.0

// The end: everything recorded or failed, a stop, or a cancellation.
extension SchedulingCore {
    /// Whether shards may be handed out.
    var isDispatching: Bool { phase == .running && pauseReasons.isEmpty }

    /// Whether what workers hold and bring is not wanted any more.
    var isCancelled: Bool {
        switch phase {
        case .cancelling, .cancelled: true
        case .running, .stopping, .ended: false
        }
    }

    /// Whether every image is recorded or has failed; checks may be left.
    var isWorkDone: Bool { !moreCells && unfinishedCells == 0 }

    /// Whether nothing at all is left to do or to wait for.
    private var isComplete: Bool {
        isWorkDone && waitingChecks == 0 && checks.isEmpty && deliveries.isEmpty && openTrainings == 0
    }

    mutating func stop(_ reason: StopReason, at now: Instant) {
        guard phase == .running else { return }
        phase = .stopping(reason, deadline: now.advanced(by: configuration.stopGrace))
        recallTrainings()
    }

    /// Drops everything that is in flight; what has arrived is still committed.
    mutating func cancel(at now: Instant) {
        switch phase {
        case .running, .stopping: break
        case .cancelling, .cancelled, .ended: return
        }
        phase = .cancelling(deadline: now.advanced(by: configuration.stopGrace))
        for slot in workers.slots { takeBackEverything(slot, at: now) }
    }

    /// Ends the worker's leases without blame and tells it to drop them.
    mutating func takeBackEverything(_ workerSlot: WorkerSlot, at now: Instant) {
        for lease in Array(workers[workerSlot].leases) {
            _ = removeLease(of: lease.attempt, workerSlot)
            outbox.append(.cancel(lease.attempt, at: workers[workerSlot].id))
            giveBack(lease, workerSlot, .handedBack, at: now)
        }
        takeBackTraining(of: workerSlot, at: now)
        noteDrained(workerSlot)
    }

    /// Ends the run, once, when nothing is left to wait for.
    mutating func conclude(at now: Instant) {
        switch phase {
        case .running, .stopping:
            if isComplete {
                phase = .ended
                outbox.append(.finished(progress(at: now)))
            } else if case .stopping(let reason, let deadline) = phase, isQuiet || now >= deadline {
                phase = .ended
                outbox.append(.stopped(reason, progress(at: now)))
            }
        case .cancelling(let deadline):
            guard deliveries.isEmpty || now >= deadline else { return }
            phase = .cancelled
            outbox.append(.cancelled(progress(at: now)))
        case .cancelled, .ended: break
        }
    }

    /// Whether nothing is in flight.
    private var isQuiet: Bool {
        leaseCount == 0 && deliveries.isEmpty && !trainings.contains { $0.lease != nil }
    }
}
