// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Recorded images that another worker computes again: an audit, or with an accused the arbitration of a difference.
struct Check: Sendable {
    /// Place of the cell, which stays while the check is waiting or running.
    let cell: CellSlot
    let shard: Shard
    /// Who computed the recorded rows; nil where an earlier life of the coordinator recorded them.
    let recorder: WorkerID?
    /// Who gave rows that differ.
    var accused: WorkerID?
    /// On whose behalf those two speak, as far as that is known.
    let voices: Set<Voice>
    /// What is computed, where not every worker can.
    var external: ExternalModel?
    /// Engine errors so far.
    var errors = 0

    var isArbitration: Bool { accused != nil }

    /// Whether the worker may make it: nobody is a second opinion on what was said in its own voice.
    func suits(_ worker: WorkerState) -> Bool {
        voices.allSatisfy(worker.facts.voice.isIndependent) && worker.facts.canCompute(external)
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
    /// Audits that wait or run.
    var openAudits: Int { audits.count + running.values.count { !$0.isArbitration } }
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
    mutating func take(for worker: WorkerState) -> Check? {
        Checks.take(from: &arbitrations, for: worker) ?? Checks.take(from: &audits, for: worker)
    }

    private static func take(from line: inout Queue<Check>, for worker: WorkerState) -> Check? {
        var (offset, seen) = (0, 0)
        while offset < line.count, seen < inView {
            if line[offset].suits(worker) {
                defer { line.remove(at: offset) }
                return line[offset]
            }
            // What it cannot compute keeps nothing else from its view.
            if worker.facts.canCompute(line[offset].external) { seen += 1 }
            offset += 1
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
