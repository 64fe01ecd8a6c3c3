// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Quarantine: workers that compute wrongly, or fail what others compute, get nothing more.
extension SchedulingCore {
    /// Tables that make up for one shard which others had to compute.
    private static let tablesPerPardon = 32

    /// Gives what the worker holds to others without blame, and nothing to it from here on.
    ///
    /// What it still sends is dropped unseen: that its rows agree or differ would say nothing new.
    mutating func quarantine(_ worker: WorkerID, _ reason: QuarantineReason, at now: Instant) {
        guard quarantined[worker] == nil else { return }
        quarantined[worker] = reason
        progressBase.counts.quarantines += 1
        outbox.append(.quarantined(worker, reason))
        guard let slot = workers.slot(of: worker) else { return }
        setQuarantined(slot)
        takeBackEverything(slot, at: now)
    }

    /// Draws the consequence of a comparison.
    ///
    /// Of two workers whose rows differ nobody knows which is wrong. A third one, where there is one and the cell is still
    /// held, computes the shard again; whom it contradicts is quarantined. Otherwise it is the later one, and the reason
    /// names both. The recorded rows stay in either case.
    mutating func judge(
        _ shard: Shard,
        by worker: WorkerID,
        _ check: Check?,
        areEqual: Bool,
        recordedBy: WorkerID?,
        at now: Instant
    ) {
        let recorder = recordedBy ?? check?.recorder
        // A third one that differs where somebody else's rows are recorded says nothing of the dispute, and begins its own.
        if let check, let accused = check.accused, areEqual || recordedBy == nil || recordedBy == check.recorder {
            if areEqual {
                quarantine(accused, .differs(shard, from: [recorder, worker].compactMap(\.self)), at: now)
            } else if let recorder, quarantined[accused] == nil {
                quarantine(recorder, .differs(shard, from: [accused, worker]), at: now)
            }
            return
        }
        if areEqual || quarantined[worker] != nil || recorder.map({ quarantined[$0] != nil }) == true { return }
        if recorder == worker || !arbitrate(shard, recorder: recorder, accused: worker) {
            quarantine(worker, .differs(shard, from: [recorder].compactMap(\.self)), at: now)
        }
    }

    /// Notes a delivered table.
    mutating func noteTable(_ workerSlot: WorkerSlot, images: Int) {
        workers[workerSlot].record.tables += 1
        workers[workerSlot].record.images += images
        workers[workerSlot].record.streak = 0
        if workers[workerSlot].record.tables.isMultiple(of: SchedulingCore.tablesPerPardon) {
            workers[workerSlot].record.refuted = max(0, workers[workerSlot].record.refuted - 1)
        }
    }

    /// Draws the consequence of an engine error.
    mutating func blame(_ workerSlot: WorkerSlot, for lease: Lease, at now: Instant) {
        if lease.purpose == .check { return refute(workers[workerSlot].id, at: now) }
        guard let costClass = lease.costClass, !hasFailedElsewhere(lease.attempt.shard, workerSlot) else { return }
        let record = workers[workerSlot].record
        if record.streak == 0 || record.streakClass != costClass {
            workers[workerSlot].record.streak = 0
            workers[workerSlot].record.streakClass = costClass
            workers[workerSlot].record.streakBegin = classStates[costClass].shards
        }
        workers[workerSlot].record.streak += 1
        let streak = workers[workerSlot].record.streak
        let othersSucceed = classStates[costClass].shards > workers[workerSlot].record.streakBegin
        if streak >= configuration.quarantineThreshold, othersSucceed {
            dismiss(workerSlot, .failsInARow(shards: streak), at: now)
        }
    }

    /// Whether another worker failed at images of the shard too: then the fault is rather the shard's.
    private func hasFailedElsewhere(_ shard: Shard, _ workerSlot: WorkerSlot) -> Bool {
        guard let slot = cells.slot(of: shard.cell) else { return false }
        return cells[slot].history.contains {
            $0.failure.isEngineError && $0.worker != workers[workerSlot].id
                && $0.attempt.shard.positions.overlaps(shard.positions)
        }
    }

    /// Counts against others that they failed the shard which `worker` computed, and forgets these failures.
    mutating func refuteFailures(_ shard: Shard, by worker: WorkerID, _ slot: CellSlot, at now: Instant) {
        guard !cells[slot].history.isEmpty else { return }
        let isInside = { (record: AttemptRecord) in
            shard.lower <= record.attempt.shard.lower && record.attempt.shard.upper <= shard.upper
        }
        var refuted: Set<Refutation> = []
        let history = cells[slot].history
        cells[slot].history.removeAll(where: isInside)
        for record in history where isInside(record) && record.failure.isEngineError && record.worker != worker {
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
        guard let slot = workers.slot(of: worker) else { return }
        workers[slot].record.refuted += 1
        let refuted = workers[slot].record.refuted
        if refuted >= configuration.quarantineThreshold {
            dismiss(slot, .failsWhatOthersCompute(shards: refuted), at: now)
        }
    }

    /// Quarantines a worker for its failures, unless it is the last: its failures cost time and no wrong number.
    private mutating func dismiss(_ slot: WorkerSlot, _ reason: QuarantineReason, at now: Instant) {
        guard activeWorkers > 1 || !workers[slot].isActive else { return }
        quarantine(workers[slot].id, reason, at: now)
    }
}
