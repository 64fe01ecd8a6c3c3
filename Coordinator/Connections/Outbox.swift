// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary
import WireProtocol

/// What the loop is about to tell its workers, gathered so that one message carries many shards.
struct Outbox {
    private struct Letters {
        var assignments: [Assignment] = []
        var retracted: [AttemptIdentity] = []
        var acknowledged: [AttemptIdentity] = []
    }

    private var letters: [WorkerID: Letters] = [:]
    /// The workers of `letters`, in the order in which they came.
    private var order: [WorkerID] = []

    var isEmpty: Bool { order.isEmpty }

    mutating func assign(_ assignment: Assignment, to worker: WorkerID) {
        change(worker) { $0.assignments.append(assignment) }
    }

    mutating func retract(_ attempts: [AttemptIdentity], from worker: WorkerID) {
        change(worker) { $0.retracted += attempts }
    }

    /// The worker may forget the attempt; one it has not computed is of no use any more.
    mutating func acknowledge(_ attempt: AttemptIdentity, to worker: WorkerID) {
        change(worker) { $0.acknowledged.append(attempt) }
    }

    /// Empties the outbox: each worker's messages, its assignments before what takes some of them back.
    ///
    /// What a worker is handed together is marked as its own by `mark`.
    mutating func takeAll(
        mark: ([AttemptIdentity], WorkerID) -> [UInt8]
    ) -> [(worker: WorkerID, messages: [CoordinatorMessage])] {
        defer {
            letters.removeAll(keepingCapacity: true)
            order.removeAll(keepingCapacity: true)
        }
        return order.compactMap { worker in
            letters[worker].map { (worker, Self.messages($0) { mark($0, worker) }) }
        }
    }

    private mutating func change(_ worker: WorkerID, _ body: (inout Letters) -> Void) {
        if letters[worker] == nil { order.append(worker) }
        body(&letters[worker, default: Letters()])
    }

    private static func messages(
        _ letters: Letters,
        mark: ([AttemptIdentity]) -> [UInt8]
    ) -> [CoordinatorMessage] {
        CoordinatorMessage.batches(assigning: letters.assignments, mark: mark)
            + lists(of: letters.retracted).map { .retract($0) }
            + lists(of: letters.acknowledged).map { .acknowledge($0) }
    }

    private static func lists(of attempts: [AttemptIdentity]) -> [[AttemptIdentity]] {
        stride(from: 0, to: attempts.count, by: WireLimits.attempts).map {
            Array(attempts[$0..<min($0 + WireLimits.attempts, attempts.count)])
        }
    }
}
