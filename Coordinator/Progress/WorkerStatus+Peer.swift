// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Scheduling
import WireProtocol

extension WorkerStatus {
    /// How a worker stands, from what it said of itself and what the scheduler knows of it.
    init(_ peer: Peer, _ summary: WorkerSummary, at now: Scheduling.Instant) {
        self.init(
            worker: peer.hello.worker,
            host: peer.hello.host,
            process: peer.hello.process,
            threads: peer.hello.threads,
            instructionSet: peer.hello.instructionSet,
            state: summary.state,
            imagesPerSecond: summary.imagesPerSecond ?? 0,
            silentSeconds: max(0, now.seconds(since: summary.lastHeard)),
            queuedShards: max(0, summary.heldShards - 1),
            imagesDone: summary.images,
            problem: summary.problem(at: now),
            failures: summary.sickness?.failures ?? 0,
            failedAttempts: summary.engineErrors
        )
    }
}

extension WorkerSummary {
    /// What keeps it from computing; empty for nothing.
    fileprivate func problem(at now: Scheduling.Instant) -> String {
        if let sickness { return sickness.reason }
        return stalledSince.map { "no progress for \(HumanText.span(seconds: now.seconds(since: $0)))" } ?? ""
    }

    fileprivate var state: WorkerStatus.State {
        if isQuarantined { return .quarantined }
        if isDraining { return .draining }
        if sickness != nil { return .failing }
        if stalledSince != nil { return .stalled }
        return heldShards > 0 || isTraining ? .computing : .idle
    }
}
