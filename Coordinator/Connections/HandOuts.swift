// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Vocabulary
import WireProtocol

/// What shows that an attempt was handed to a worker, after the lease is lost or the coordinator was started anew.
///
/// A mark is bound to the attempts, to the key of the connection and to the process behind it: it is worth nothing to
/// anyone else who sees it.
struct HandOuts {
    private let seal: Seal

    init(_ seal: Seal) {
        self.seal = seal
    }

    /// The mark of attempts that are handed to `peer` together; they are of one cell and one epoch.
    func mark(of attempts: [AttemptIdentity], for peer: Peer) -> [UInt8] {
        seal.mark(of: bytes(of: attempts, peer))
    }

    /// The mark of a training that is handed to `peer`.
    func mark(of attempt: TrainingAttempt, for peer: Peer) -> [UInt8] {
        seal.mark(of: bytes(of: attempt, peer))
    }

    /// The attempts that `peer` shows to have been its own.
    func attempts(shownBy hello: Hello, of peer: Peer) -> Set<AttemptIdentity> {
        var shown: Set<AttemptIdentity> = []
        for grant in hello.grants where seal.confirms(grant.mark, of: bytes(of: grant.attempts, peer)) {
            shown.formUnion(grant.attempts)
        }
        return shown
    }

    /// Whether `peer` shows that the training was its own.
    func isShown(_ attempt: TrainingAttempt, by hello: Hello, of peer: Peer) -> Bool {
        hello.trainingMark.map { seal.confirms($0, of: bytes(of: attempt, peer)) } ?? false
    }

    private func bytes(of attempts: [AttemptIdentity], _ peer: Peer) -> [UInt8] {
        var bytes = holder("shards", peer)
        guard let first = attempts.first else { return bytes }
        bytes.reserveCapacity(bytes.count + 24 + 20 * attempts.count)
        bytes += first.shard.cell.bytes
        bytes.append(first.epoch)
        for attempt in attempts {
            bytes.append(UInt64(attempt.shard.lower))
            bytes.append(UInt64(attempt.shard.upper))
            bytes.append(UInt64(attempt.attempt))
        }
        return bytes
    }

    private func bytes(of attempt: TrainingAttempt, _ peer: Peer) -> [UInt8] {
        var bytes = holder("training", peer) + attempt.training.bytes
        bytes.append(UInt64(attempt.number))
        bytes.append(attempt.epoch)
        return bytes
    }

    /// Who holds what, the kind of it first, each text with its end.
    private func holder(_ kind: String, _ peer: Peer) -> [UInt8] {
        Array("\(kind)\n\(peer.sender.key ?? "")\n".utf8) + peer.hello.worker.bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }
}
