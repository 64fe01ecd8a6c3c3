// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
            state: summary.isDraining ? .draining : summary.heldShards > 0 ? .computing : .idle,
            imagesPerSecond: summary.imagesPerSecond ?? 0,
            silentSeconds: max(0, now.seconds(since: summary.lastHeard))
        )
    }
}
