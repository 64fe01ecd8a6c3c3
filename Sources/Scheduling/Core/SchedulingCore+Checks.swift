// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Checks: recorded shards that a second worker computes again, and differing ones that a third one does.
extension SchedulingCore {
    /// Puts a recorded shard in line for an audit when it is one of those chosen.
    ///
    /// Audits go before other shards, so that a machine that computes wrongly is found early. Those that were waiting
    /// when the coordinator ended are not made up for by its next life.
    mutating func considerAudit(of range: Range<UInt32>, in slot: CellSlot, by worker: WorkerID) {
        guard configuration.auditFraction > 0, run.isRunning else { return }
        let shard = backlog[slot].shard(range)
        guard shard.isChosen(fraction: configuration.auditFraction, configuration.auditSecret) else { return }
        guard checks.audits.count < configuration.auditBacklog else {
            counts.auditsSkipped += 1
            return
        }
        let voices = fleet.voices(of: [worker])
        enqueue(Check(cell: slot, shard: shard, recorder: worker, voices: voices, external: external(of: slot)))
    }

    /// Has the shard computed by a worker with a third voice; false when there is none, or its cell is not held any more.
    ///
    /// Nor is there a decision where it is not known whose the recorded rows are: the third voice may be the same.
    private mutating func arbitrate(_ shard: Shard, recorder: WorkerID?, accused: WorkerID) -> Bool {
        guard let recorder, let slot = backlog.slot(of: shard.cell), backlog[slot].contains(shard) else { return false }
        let voices = fleet.voices(of: [recorder, accused])
        let check = Check(
            cell: slot,
            shard: shard,
            recorder: recorder,
            accused: accused,
            voices: voices,
            external: external(of: slot)
        )
        guard run.isRunning, fleet.hasActiveVoice(besides: voices, for: check.external) else { return false }
        counts.arbitrations += 1
        enqueue(check)
        return true
    }

    /// The external model of the cell; nil for one that all workers can compute.
    func external(of slot: CellSlot) -> ExternalModel? { costTable.external(of: backlog[slot].costClass) }

    private mutating func enqueue(_ check: Check) {
        checks.append(check)
        backlog.change(check.cell) { cell, _ in cell.checks += 1 }
    }

    /// Gives the worker the first check that suits it.
    mutating func dispatchCheck(to workerSlot: WorkerSlot, at now: Instant) -> Bool {
        guard let check = checks.take(for: fleet[workerSlot]) else { return false }
        let number = backlog[check.cell].lastAttempt + 1
        let attempt = AttemptIdentity(shard: check.shard, attempt: number, epoch: epoch)
        checks.begin(check, by: WorkerAttempt(attempt, fleet[workerSlot].id))
        send(attempt, for: .check, of: check.cell, to: workerSlot, at: now)
        return true
    }

    /// Puts a check back whose worker did not do it, or gives it up when engines fail at it.
    mutating func giveBack(_ check: Check, after failure: AttemptFailure, at now: Instant) {
        var check = check
        if failure.isEngineError { check.errors += 1 }
        if check.errors >= configuration.engineErrorBudget { giveUp(check, at: now) } else { checks.append(check) }
    }

    /// Ends a check that was done.
    mutating func finish(_ check: Check) {
        if !check.isArbitration { counts.audits += 1 }
        settle(check)
    }

    /// Ends a check that will not be done.
    private mutating func giveUp(_ check: Check, at now: Instant) {
        if let accused = check.accused {
            dispute(check.shard, between: accused, and: check.recorder)
        } else {
            counts.auditsSkipped += 1
        }
        settle(check)
    }

    private mutating func settle(_ check: Check) {
        backlog.change(check.cell) { cell, _ in cell.checks -= 1 }
        releaseIfDone(check.cell)
    }

    /// Gives up the checks that no active worker could do; due when the run has nothing else to do.
    ///
    /// Audits that are required wait on: a worker with another voice may still come.
    mutating func giveUpChecksOfNobody(at now: Instant) {
        var answers: [ExternalModel?: [Set<Voice>: Bool]] = [:]
        for check in checks.takeUnsearched(version: fleet.active.version) {
            let known = answers[check.external]?[check.voices]
            let isPossible = known ?? fleet.hasActiveVoice(besides: check.voices, for: check.external)
            answers[check.external, default: [:]][check.voices] = isPossible
            if isPossible || configuration.requiresAudits && !check.isArbitration {
                checks.putBack(check)
            } else {
                giveUp(check, at: now)
            }
        }
    }

    /// Whether all that is left is to wait for a worker that may make the audits.
    var isWaitingForAuditor: Bool {
        guard configuration.requiresAudits, run.isRunning, isWorkDone, let audit = checks.audits.first else {
            return false
        }
        return checks.runningCount == 0 && !fleet.hasActiveVoice(besides: audit.voices, for: audit.external)
    }

    // Quarantine: workers that compute wrongly, or fail what others compute, get nothing more

    /// Draws the consequence of a comparison.
    ///
    /// Of two workers whose rows differ nobody knows which is wrong. A third voice, where there is one and the cell is still
    /// held, computes the shard again; whom it contradicts is quarantined. Otherwise the rows are disputed, and nobody is:
    /// whoever came second may be right. The recorded rows stay in either case, and are disputed unless they were confirmed.
    mutating func judge(_ comparison: ComparedRows, of delivery: WorkerAttempt, _ check: Check?, at now: Instant) {
        let (areEqual, worker) = (comparison.areEqual, delivery.worker)
        let (lower, upper) = (comparison.positions.lowerBound, comparison.positions.upperBound)
        let shard = Shard(cell: delivery.attempt.shard.cell, lower: lower, upper: upper)
        let recorder = comparison.recorder ?? check?.recorder
        // A third one that differs where somebody else's rows are recorded says nothing of the dispute, and begins its own.
        let isOfDispute = areEqual || comparison.recorder == nil || comparison.recorder == check?.recorder
        if let accused = check?.accused, isOfDispute {
            if areEqual {
                distrust(accused, .differs(shard, from: [recorder, worker].compactMap(\.self)), at: now)
            } else {
                dispute(shard, between: accused, and: recorder)
                if let recorder, fleet.quarantine(of: accused) == nil {
                    distrust(recorder, .differs(shard, from: [accused, worker]), at: now)
                }
            }
            return
        }
        if areEqual { return }
        if recorder == worker {
            dispute(shard, between: worker, and: recorder)
            return distrust(worker, .differs(shard, from: [worker]), at: now)
        }
        let isTrusted = ([worker, recorder] as [WorkerID?]).allSatisfy { $0.flatMap(fleet.quarantine(of:)) == nil }
        if !isTrusted || !arbitrate(shard, recorder: recorder, accused: worker) {
            dispute(shard, between: worker, and: recorder)
        }
    }

    /// Says that rows are recorded which another worker contradicts, and which nobody confirmed.
    private mutating func dispute(_ shard: Shard, between worker: WorkerID, and recorder: WorkerID?) {
        counts.disputes += 1
        outbox.append(.disputed(shard, by: worker, recorder: recorder))
    }

    /// Quarantines everyone who speaks in the worker's voice, now and later: with another identity it would be back at once.
    private mutating func distrust(_ worker: WorkerID, _ reason: QuarantineReason, at now: Instant) {
        fleet.distrust(worker, reason)
        for slot in fleet.slots where fleet.isDistrusted(slot) { quarantine(fleet[slot].id, reason, at: now) }
        quarantine(worker, reason, at: now)
    }

    /// Gives what the worker holds to others without blame, and nothing to it from here on.
    ///
    /// What it still sends is dropped unseen: that its rows agree or differ would say nothing new.
    mutating func quarantine(_ worker: WorkerID, _ reason: QuarantineReason, at now: Instant) {
        guard fleet.quarantine(worker, reason) else { return }
        counts.quarantines += 1
        outbox.append(.quarantined(worker, reason))
        if let slot = fleet.slot(of: worker) { takeBackEverything(from: slot, at: now) }
    }

    /// Draws the consequence of an engine error.
    mutating func blame(_ workerSlot: WorkerSlot, for lease: Lease, at now: Instant) {
        if lease.purpose == .check { return refute(fleet[workerSlot].id, at: now) }
        let shard = lease.attempt.shard
        guard let costClass = lease.costClass, !hasFailedElsewhere(shard, than: fleet[workerSlot].id) else { return }
        let shards = costTable.shards(of: costClass)
        let (streak, othersSucceed) = fleet.change(workerSlot) { worker in
            worker.record.noteFailure(of: costClass, shards: shards)
        }
        if streak >= configuration.quarantineThreshold, othersSucceed {
            dismiss(workerSlot, .failsInARow(shards: streak), at: now)
        }
    }

    /// Whether another worker failed at images of the shard too: then the fault is rather the shard's.
    private func hasFailedElsewhere(_ shard: Shard, than worker: WorkerID) -> Bool {
        guard let slot = backlog.slot(of: shard.cell) else { return false }
        return backlog[slot].failures(at: shard).contains { $0.failure.isEngineError && $0.worker != worker }
    }

    /// Counts against others that they failed the shard which `worker` computed, and forgets these failures.
    mutating func refuteFailures(at shard: Shard, of slot: CellSlot, by worker: WorkerID, at now: Instant) {
        if backlog[slot].history.isEmpty { return }
        var refuted: Set<Refutation> = []
        for record in backlog.change(slot, { cell, _ in cell.forgiveFailures(at: shard) })
        where record.failure.isEngineError && record.worker != worker {
            let isNew = refuted.insert(Refutation(worker: record.worker, shard: record.attempt.shard)).inserted
            if isNew { refute(record.worker, at: now) }
        }
    }

    private struct Refutation: Hashable {
        var worker: WorkerID
        var shard: Shard
    }

    /// Counts a shard that the worker failed and another computed.
    private mutating func refute(_ worker: WorkerID, at now: Instant) {
        guard let slot = fleet.slot(of: worker) else { return }
        let refuted = fleet.change(slot) { $0.record.noteRefuted() }
        if refuted >= configuration.quarantineThreshold {
            dismiss(slot, .failsWhatOthersCompute(shards: refuted), at: now)
        }
    }

    /// Quarantines a worker for its failures, unless it is the last: its failures cost time and no wrong number.
    private mutating func dismiss(_ slot: WorkerSlot, _ reason: QuarantineReason, at now: Instant) {
        guard fleet.active.workers > 1 || !fleet[slot].isActive else { return }
        quarantine(fleet[slot].id, reason, at: now)
    }
}

extension Shard {
    /// Whether the shard is one of a share `fraction` of all shards: the same ones for everyone who has the secret, and a
    /// surprise to everyone else, who could otherwise be honest just where somebody looks.
    fileprivate func isChosen(fraction: Double, _ secret: [UInt8]) -> Bool {
        if fraction >= 1 { return true }
        let bounds = [lower, upper].flatMap { bound in (0..<4).map { UInt8(truncatingIfNeeded: bound >> (8 * $0)) } }
        let digest = Digest(of: secret + cell.bytes + bounds)
        let hash = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(hash >> 11) < fraction * 0x1p53
    }
}
