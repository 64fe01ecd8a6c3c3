// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Recorded images that another worker computes again: an audit, or with an accused the arbitration of a difference.
struct Check: Sendable {
    /// Place of the cell, which stays while the check is waiting or running.
    let cell: CellSlot
    let shard: Shard
    /// Who computed the recorded rows, and its host; nil where an earlier life of the coordinator recorded them.
    let recorder: WorkerID?
    let recorderHost: UInt32?
    /// Who gave rows that differ.
    var accused: WorkerID?
    /// Engine errors so far.
    var errors = 0

    var isArbitration: Bool { accused != nil }
    /// Who may not make it.
    var parties: Set<WorkerID> { Set([recorder, accused].compactMap(\.self)) }

    /// A worker does not check itself, and an audit waits for another host while there is one.
    func suits(_ worker: WorkerState, activeHosts: Int) -> Bool {
        if worker.id == recorder || worker.id == accused { return false }
        // Of the hosts of an arbitration the other one may have the accused alone.
        return recorderHost != worker.host || activeHosts <= 1 || isArbitration
    }
}

/// The checks that wait for a worker, and those that workers hold or that are being compared.
struct Checks: Sendable {
    /// Checks looked at for one that suits a worker.
    static let inView = 16

    private(set) var arbitrations = Queue<Check>()
    private(set) var audits = Queue<Check>()
    private var running: [WorkerAttempt: Check] = [:]
    /// The version of the active workers among whom candidates were last looked for; nil where a check came since.
    private var searchedVersion: Int?

    /// Audits and arbitrations that wait for a worker, and those that run.
    var waitingCount: Int { arbitrations.count + audits.count }
    var runningCount: Int { running.count }
    var isEmpty: Bool { waitingCount == 0 && running.isEmpty }
    /// In no order, for the invariants alone.
    var runners: some Sequence<WorkerAttempt> { running.keys }

    /// How many checks each cell has.
    var countByCell: [CellSlot: Int] {
        var counts: [CellSlot: Int] = [:]
        for check in Array(arbitrations) + Array(audits) + Array(running.values) { counts[check.cell, default: 0] += 1 }
        return counts
    }

    /// Puts a check in line; a worker that can make it may not have been looked for.
    mutating func append(_ check: Check) {
        putBack(check)
        searchedVersion = nil
    }

    /// Puts a check in line that some worker can make.
    mutating func putBack(_ check: Check) {
        if check.isArbitration { arbitrations.append(check) } else { audits.append(check) }
    }

    /// Takes the first check in view that suits the worker out of the line, arbitrations before audits.
    mutating func take(for worker: WorkerState, activeHosts: Int) -> Check? {
        Checks.take(from: &arbitrations, for: worker, activeHosts: activeHosts)
            ?? Checks.take(from: &audits, for: worker, activeHosts: activeHosts)
    }

    private static func take(from line: inout Queue<Check>, for worker: WorkerState, activeHosts: Int) -> Check? {
        for offset in 0..<min(line.count, inView) where line[offset].suits(worker, activeHosts: activeHosts) {
            defer { line.remove(at: offset) }
            return line[offset]
        }
        return nil
    }

    /// Takes out everything that waits, for candidates to be looked for; nothing if that was done among the same workers.
    mutating func takeUnsearched(version: Int) -> [Check] {
        guard searchedVersion != version else { return [] }
        searchedVersion = version
        let waiting = Array(arbitrations) + Array(audits)
        arbitrations = Queue()
        audits = Queue()
        return waiting
    }

    mutating func begin(_ check: Check, by runner: WorkerAttempt) { running[runner] = check }

    /// The check that the attempt makes; nil when it makes none.
    func running(_ runner: WorkerAttempt) -> Check? { running.isEmpty ? nil : running[runner] }

    /// Ends the check that the attempt makes.
    mutating func end(_ runner: WorkerAttempt) -> Check? {
        running.isEmpty ? nil : running.removeValue(forKey: runner)
    }

    func checkInvariants() throws(InvariantViolation) {
        let isSorted = arbitrations.allSatisfy(\.isArbitration) && !audits.contains(where: \.isArbitration)
        try expect(isSorted, "a check waits in the wrong line")
        let isStill = running.allSatisfy { $0.key.attempt.shard == $0.value.shard }
        try expect(isStill, "a check runs at another shard")
    }
}
