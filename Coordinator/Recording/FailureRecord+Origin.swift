// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

extension FailureRecord {
    /// A failed attempt as `peer` reported it.
    init(_ attempt: AttemptIdentity, from peer: Peer, kind: String, _ message: String, log: [String]) {
        self.init(
            attempt: attempt,
            kind: kind,
            message: message,
            worker: peer.hello.worker.description,
            host: peer.hello.host,
            time: Date(),
            isTerminal: false,
            log: log
        )
    }

    /// An attempt whose worker went away; nil for one that ended otherwise: engine errors are kept when they come.
    fileprivate init?(lost record: AttemptRecord, _ peers: Peers) {
        guard case .workerLost = record.failure else { return nil }
        let exit = peers.exit(of: record.worker)
        self.init(
            attempt: record.attempt,
            kind: "lost",
            message: exit?.explanation ?? record.failure.explanation,
            worker: peers.name(of: record.worker),
            host: record.host,
            time: Date(),
            isTerminal: false,
            log: exit?.log ?? []
        )
    }

    /// Recorded rows that `peer` contradicts.
    init(disputed shard: Shard, by peer: Peer?, epoch: UInt64, _ message: String) {
        self.init(
            attempt: AttemptIdentity(shard: shard, attempt: 1, epoch: epoch),
            kind: Self.disputed,
            message: message,
            worker: peer?.hello.worker.description ?? "",
            host: peer?.hello.host ?? "?",
            time: Date(),
            isTerminal: false
        )
    }

    /// All images of a cell that nobody can compute.
    init(hopeless shard: Shard, epoch: UInt64, host: String, because reason: String) {
        self.init(
            attempt: AttemptIdentity(shard: shard, attempt: 1, epoch: epoch),
            kind: "training",
            message: reason,
            worker: "",
            host: host,
            time: Date(),
            isTerminal: true
        )
    }
}

extension FailedShard {
    /// What the store keeps of the shard: attempts whose workers were lost, and that it was given up.
    func records(_ peers: Peers) -> [FailureRecord] {
        guard let last = attempts.last else { return [] }
        let identity = AttemptIdentity(shard: shard, attempt: last.attempt.attempt, epoch: last.attempt.epoch)
        let end = FailureRecord(
            attempt: identity,
            kind: "shard",
            message: reason ?? "",
            worker: peers.name(of: last.worker),
            host: last.host,
            time: Date(),
            isTerminal: true
        )
        return attempts.compactMap { FailureRecord(lost: $0, peers) } + [end]
    }

    /// Why it was given up; nil when nobody tried anything.
    var reason: String? {
        attempts.last.map { (wasTried ? "" : "not tried, as shards like it failed: ") + $0.failure.explanation }
    }

    /// That it was given up, in a line; nil when nobody tried anything.
    var explanation: String? {
        attempts.last.map {
            "gave up \(shard) after \(counted(attempts.count, "attempt")); the last on \($0.host): \($0.failure.explanation)"
        }
    }
}
