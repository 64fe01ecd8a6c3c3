// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// An attempt at one worker; others may hold an attempt of the same identity that they got in another life.
struct WorkerAttempt: Hashable, Sendable {
    var attempt: AttemptIdentity
    var worker: WorkerID

    init(_ attempt: AttemptIdentity, _ worker: WorkerID) {
        self.attempt = attempt
        self.worker = worker
    }
}

/// The tables that are being recorded or compared, each with its parts that are not yet.
struct Deliveries: Sendable {
    private var parts: [WorkerAttempt: Int] = [:]

    var count: Int { parts.count }
    var isEmpty: Bool { parts.isEmpty }
    /// In no order, for checks alone.
    var all: some Sequence<WorkerAttempt> { parts.keys }

    func contains(_ delivery: WorkerAttempt) -> Bool { parts[delivery] != nil }

    mutating func begin(_ delivery: WorkerAttempt, parts count: Int) { parts[delivery] = count }

    /// Ends one part and says whether it was the last.
    mutating func finishPart(of delivery: WorkerAttempt) -> Bool {
        guard let left = parts[delivery] else {
            preconditionFailure(
                "\(delivery.attempt) of worker \(delivery.worker) is neither being recorded nor compared"
            )
        }
        parts[delivery] = left > 1 ? left - 1 : nil
        return left <= 1
    }

    func checkInvariants() throws(InvariantViolation) {
        for (delivery, left) in parts { try expect(left > 0, "\(delivery.attempt) waits for nothing") }
    }
}
