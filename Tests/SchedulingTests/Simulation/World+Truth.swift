// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

/// What one life of the coordinator was told and has done, as the world sees it.
struct CoordinatorLife {
    /// All cells before this one are given, and those of the set.
    var firstLeft = 0
    var given: Set<Int> = []
    /// Trainings that are neither finished nor failed, and those that failed.
    var blocked: Set<Digest> = []
    var hopeless: Set<Digest> = []
    var trained: Set<TrainingAttempt> = []
    var requests: [World.StoreRequest] = []
    /// Tables that the shell has: they arrived and nobody said that they may go.
    var tables: [Arrival: SimulatedTable] = [:]
    var pauses: Set<PauseReason> = []
    /// Nothing may be dispatched after a stop or a cancellation.
    var isEnding = false
    var dispatched: Set<AttemptIdentity> = []
    var quarantined: Set<WorkerID> = []
    var released: Set<CellID> = []
    /// Parts of tables that were recorded.
    var parts = 0

    struct Arrival: Hashable {
        var attempt: AttemptIdentity
        var worker: WorkerID
    }
}

// What the world holds against the core.
extension World {
    /// A dispatch has a name of its own, goes to a worker that may have it, and never during a pause or after a stop.
    mutating func check(_ attempt: AttemptIdentity, dispatchedTo worker: WorkerID) throws {
        guard life.dispatched.insert(attempt).inserted else { throw Fault(description: "\(attempt) is sent twice") }
        guard life.pauses.isEmpty, !life.isEnding else { throw Fault(description: "\(attempt) is sent in a pause") }
        guard !life.quarantined.contains(worker) else {
            throw Fault(description: "quarantined worker \(worker) is sent \(attempt)")
        }
        guard !life.released.contains(attempt.shard.cell) else {
            throw Fault(description: "\(attempt) is of a cell that was released")
        }
    }

    mutating func check(_ failed: FailedShard) throws {
        try store.fail(ordinals[failed.shard.cell] ?? -1, failed.shard.positions)
        if hasGivenUp { return }
        guard failed.wasTried else { throw Fault(description: "\(failed.shard) was not tried") }
        let errors = failed.attempts.count {
            switch $0.failure {
            case .engineError, .timeLimit: true
            case .workerLost, .surroundings, .handedBack: false
            }
        }
        let losses = failed.attempts.count { if case .workerLost = $0.failure { true } else { false } }
        let configuration = climate.configuration
        guard errors >= configuration.engineErrorBudget || losses >= configuration.workerLossBudget else {
            throw Fault(description: "\(failed.shard) failed after \(errors) errors, \(losses) losses")
        }
    }

    /// Nothing is given up untried where no engine fails.
    mutating func checkGivenUp() throws {
        hasGivenUp = true
        let doFail = climate.engineErrors > 0 || climate.invalids > 0 || climate.poison != nil
        guard doFail else { throw Fault(description: "a class is given up, and no engine fails") }
    }

    /// A worker's surroundings are to blame where they are, and nowhere else.
    func check(sick worker: WorkerID) throws {
        let isSick = workerIndices[worker].map { workers[$0].wasSick } ?? false
        guard isSick else { throw Fault(description: "the surroundings of \(worker) are blamed for nothing") }
    }

    /// Rows differ only where somebody lies, and engines must have failed for a quarantine for failures.
    mutating func check(_ worker: WorkerID, quarantinedFor reason: QuarantineReason) throws {
        life.quarantined.insert(worker)
        switch reason {
        case .differs(_, let others):
            // Whoever speaks in a liar's voice goes with it.
            guard !sharesVoiceWithLiar(worker) else { return }
            let liars = ([worker] + others).filter(isLiar)
            guard !liars.isEmpty else { throw Fault(description: "honest workers \(worker) and \(others) differ") }
            guard others.count < 2 || liars.count > 1 || liars == [worker] else {
                throw Fault(description: "honest worker \(worker) was outvoted by \(others)")
            }
        case .failsWhatOthersCompute, .failsInARow:
            let hasLimit = climate.configuration.timeLimit != nil
            guard climate.engineErrors > 0 || climate.invalids > 0 || hasLimit || climate.poison != nil else {
                throw Fault(description: "worker \(worker) is quarantined (\(reason)) and never failed")
            }
        }
    }

    /// Rows are in dispute only where somebody lies.
    func check(_ shard: Shard, disputedBy worker: WorkerID, _ recorder: WorkerID?) throws {
        guard isLiar(worker) || recorder.map(isLiar) ?? true else {
            throw Fault(description: "\(shard) is disputed between honest workers")
        }
    }

    private func sharesVoiceWithLiar(_ worker: WorkerID) -> Bool {
        guard let voice = workerIndices[worker].map({ workers[$0].facts.voice }) else { return false }
        return workers.contains { $0.lie != 0 && $0.facts.voice == voice }
    }

    private func isLiar(_ worker: WorkerID) -> Bool {
        workerIndices[worker].map { workers[$0].lie != 0 } ?? false
    }

    /// Compares the end with the truth.
    func judge() throws {
        guard store.liars.allSatisfy({ $0.map(isLiar) ?? false }) else {
            throw Fault(description: "an honest worker's numbers were recorded wrongly")
        }
        guard case .finished = outcome, let progress = finalProgress else { return }
        if let unsettled = store.firstUnsettled {
            throw Fault(description: "\(unsettled) has not exactly one of a row and a failure")
        }
        let (images, counts) = (progress.images, progress.counts)
        var statements: [(Bool, String)] = [
            (images.done == store.writes, "\(images.done) images are done, \(store.writes) were written"),
            (images.failed == store.failedImages, "\(images.failed) images have failed, \(store.failedImages) did"),
            (images.inFlight == 0 && images.pending == 0, "finished, and images are left"),
            (counts.dispatches == life.dispatched.count, "dispatches are miscounted"),
            (counts.quarantines <= life.quarantined.count, "quarantines are miscounted"),
            (counts.mismatches == 0 || workers.contains { $0.lie != 0 }, "honest workers differ"),
        ]
        if climate.configuration.auditFraction == 1 {
            let audits = counts.audits + counts.auditsSkipped
            statements.append((audits == life.parts, "\(audits) audits of \(life.parts) shards"))
        }
        for (isTrue, statement) in statements where !isTrue { throw Fault(description: statement) }
    }
}
