// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import WireProtocol

// What becomes due, and how the worker leaves.
extension WorkerState {
    /// What is due at `now`; the time is told every `tick`.
    ///
    /// Nothing is said while messages wait to be sent.
    mutating func tick(at now: Duration, tick: Duration, hasUnsent: Bool) -> [Effect] {
        var effects: [Effect] = []
        if let walltime, leaving == nil, now >= walltime.lastCall {
            effects += leave(because: "the wall time is over", by: walltime.lastCall, at: now)
        }
        if let walltime, training != nil, leaving == nil, now >= walltime.lastTraining {
            effects += leave(because: "the wall time ends soon", by: walltime.lastCall, at: now)
        }
        if let leaving, let deadline = leaving.deadline, now >= deadline {
            let unfinished = WorkerEnding.cutShort("leaving because \(leaving.reason); not finished in time")
            return effects + [.end(isIdle ? .left : unfinished)]
        }
        return hasUnsent ? effects : effects + beat(at: now, tick: tick)
    }

    /// Notes whether messages can go out: the first on every connection is a hello.
    mutating func connection(isThere: Bool) -> [Effect] {
        isConnected = isThere
        phase = .joining
        pacing.reset()
        return [.fetch(.parted)]
    }

    /// Takes no more work: hands back what is not begun, and leaves when what is running is recorded, at `deadline` at the
    /// latest.
    mutating func leave(because reason: String, by deadline: Duration, at now: Duration) -> [Effect] {
        let deadline = walltime.map { min($0.lastCall, deadline) } ?? deadline
        let isNew = leaving == nil || leaving?.keepsQueue == true
        leaving = Leaving(reason: reason, deadline: deadline)
        let waiting = queue.keys
        queue.removeAll()
        var effects: [Effect] = isNew ? [.log(.info, "leaving because \(reason)")] : []
        if case .joined = phase {
            if isNew { effects.append(.send(.drain(reason: reason, within: max(.zero, deadline - now)))) }
            effects += handingBack(waiting).map { .send($0) }
        } else {
            // The hello that is on its way may have listed them.
            returned += waiting
        }
        // A file that is still fetched would only delay it.
        return effects + [.fetch(.abandoned)] + returnTraining() + endIfDone()
    }

    /// Leaves when that is wanted and nothing is left to do, or nobody to do it for.
    func endIfDone() -> [Effect] {
        guard let leaving else { return [] }
        if isIdle { return [.end(.left)] }
        // Waiting for a coordinator that may never come helps nobody.
        return isAbandoned ? [.end(.cutShort("leaving because \(leaving.reason); the coordinator left first"))] : []
    }

    /// What to send when the worker leaves: what is computed, and that everything else goes back.
    mutating func farewell(_ reason: String) -> [WorkerMessage] {
        guard case .joined = phase else { return [] }
        let reports = takeReports()
        let held = inFlight
        queue.removeAll()
        return reports + handingBack(held) + [.goodbye(reason: reason)]
    }

    /// A heartbeat when one is due; a hello while nobody has welcomed the worker or the coordinator is silent.
    private mutating func beat(at now: Duration, tick: Duration) -> [Effect] {
        guard case .joined(_, let interval) = phase else {
            return isConnected && pacing.isDue(at: now) ? hello(at: now) : []
        }
        if now - lastHeard > interval * Self.missedHeartbeats {
            return [.log(.notice, "the coordinator is silent; saying hello until it answers")] + hello(at: now)
        }
        // Ticks come at their own pace: half of one early is better than half of one late.
        guard now - lastBeat >= interval - tick / 2 else { return [] }
        lastBeat = now
        return [.send(.heartbeat(heartbeat))] + offerIfDue(at: now)
    }
}
