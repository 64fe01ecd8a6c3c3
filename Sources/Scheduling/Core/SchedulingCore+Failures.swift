// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

// Failures: the images of an attempt that came to nothing wait again, run on elsewhere, or have failed.
extension SchedulingCore {
    /// Whether the worker has the attempt's lease, so that what it says of it counts.
    public func holds(_ worker: WorkerID, _ attempt: AttemptIdentity) -> Bool {
        fleet[worker]?.leases.lease(of: attempt) != nil
    }

    mutating func failed(_ failed: WorkerAttempt, _ failure: AttemptFailure, at now: Instant) {
        guard let workerSlot = heard(failed.worker, at: now),
            let lease = fleet[workerSlot].leases.lease(of: failed.attempt)
        else { return }
        if failure != .handedBack { noteResult(of: workerSlot, at: now) }
        end(lease, of: workerSlot, after: failure, at: now)
    }

    /// Ends a lease that came to nothing.
    mutating func end(_ lease: Lease, of workerSlot: WorkerSlot, after failure: AttemptFailure, at now: Instant) {
        _ = fleet.removeLease(of: lease.attempt, from: workerSlot)
        // Before the images go back, which this worker shall not have again at once.
        noteSurroundings(failure, of: workerSlot, at: now)
        if failure.isEngineError {
            counts.engineErrors += 1
            fleet.change(workerSlot) { worker in
                worker.record.engineErrors += 1
                worker.lastEnd = now
            }
        }
        giveBack(lease, of: workerSlot, after: failure, at: now)
        if failure.isEngineError { blame(workerSlot, for: lease, at: now) }
        noteCommonFailure(failure, at: lease, of: workerSlot, at: now)
        noteDrained(workerSlot)
    }

    /// Ends the worker's leases without blame and tells it to drop them.
    mutating func takeBackEverything(from workerSlot: WorkerSlot, at now: Instant) {
        for lease in Array(fleet[workerSlot].leases) {
            _ = fleet.removeLease(of: lease.attempt, from: workerSlot)
            outbox.append(.cancel(lease.attempt, at: fleet[workerSlot].id))
            giveBack(lease, of: workerSlot, after: .handedBack, at: now)
        }
        takeBackTraining(of: workerSlot, at: now)
        noteDrained(workerSlot)
    }

    /// Returns the images that the ended lease still covers to the queue, or fails those that used up a budget.
    ///
    /// Where a copy of the attempt runs at another worker, the images are that copy's from here on.
    mutating func giveBack(_ lease: Lease, of workerSlot: WorkerSlot, after failure: AttemptFailure, at now: Instant) {
        let runner = WorkerAttempt(lease.attempt, fleet[workerSlot].id)
        if lease.purpose == .check {
            if let check = checks.end(runner) { giveBack(check, after: failure, at: now) }
            return
        }
        let heir = endRace(of: runner)
        guard let slot = backlog.slot(of: lease.attempt.shard.cell), backlog[slot].contains(lease.attempt.shard) else {
            return
        }
        if failure.isHeldAgainstShard {
            let record = AttemptRecord(
                attempt: lease.attempt,
                worker: runner.worker,
                host: fleet[workerSlot].facts.host,
                dispatched: lease.since,
                ended: now,
                failure: failure
            )
            backlog.change(slot) { cell, _ in cell.note(record, of: lease) }
        }
        let host = fleet[workerSlot].host
        let external = external(of: slot)
        let isSpent = { [configuration, fleet] (trials: Trials) in
            trials.isSpent(configuration, among: fleet, for: external)
        }
        let released = backlog.change(slot) { cell, changes in
            cell.release(lease, of: runner.worker, on: host, to: heir, after: failure, isSpent: isSpent, &changes)
        }
        counts.requeues += released.requeued
        fail(released.spent, of: slot, at: now)
        abandonIfHopeless(slot, at: now)
    }

    /// Reports shards that used up a budget.
    private mutating func fail(_ shards: [Shard], of slot: CellSlot, at now: Instant) {
        guard !shards.isEmpty else { return }
        for shard in shards {
            counts.failedShards += 1
            outbox.append(.shardFailed(FailedShard(shard: shard, attempts: backlog[slot].failures(at: shard))))
        }
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
    }

    /// Fails what workers were lost with, and ends the run.
    mutating func giveUp(at now: Instant) {
        guard run.isRunning else { return }
        for slot in backlog.slots {
            let lost = backlog.change(slot) { $0.failLost(&$1) }
            fail(lost, of: slot, at: now)
        }
        stop(.workers, at: now)
    }

    /// Ends a run of which as much has failed as it may.
    mutating func stopIfTooManyFailed(at now: Instant) {
        if let most = configuration.maximumFailures, counts.failedShards >= most { stop(.failures, at: now) }
    }

    // Common failures: what fails alike everywhere is not tried shard by shard

    /// Gives up what would fail as this attempt did, if enough have.
    private mutating func noteCommonFailure(
        _ failure: AttemptFailure,
        at lease: Lease,
        of workerSlot: WorkerSlot,
        at now: Instant
    ) {
        guard lease.purpose != .check, let costClass = lease.costClass else { return }
        let attempt = AttemptRecord(
            attempt: lease.attempt,
            worker: fleet[workerSlot].id,
            host: fleet[workerSlot].facts.host,
            dispatched: lease.since,
            ended: now,
            failure: failure
        )
        let scope = commonFailures.note(
            attempt,
            ofClass: costClass,
            model: { [costTable] in costTable.model(of: $0) },
            isEverywhere: { [configuration, fleet, external = costTable.external(of: costClass)] hosts in
                hosts.count >= configuration.engineErrorBudget || !fleet.hasCapable(besides: hosts, for: external)
            }
        )
        if let scope { giveUp(scope, at: now) }
    }

    /// Fails what is left of the classes, which workers are told to drop.
    private mutating func giveUp(_ scope: CommonFailures.Scope, at now: Instant) {
        let isMeant = { [costTable] (costClass: Int) in
            switch scope {
            case .ofClass(let meant): costClass == meant
            case .ofModel(let model): costTable.model(of: costClass) == model
            }
        }
        let classes = costTable.indices.filter(isMeant)
        guard let example = classes.compactMap({ reason(ofClass: $0) }).first else { return }
        outbox.append(.givenUp(classes.map { costTable.class(at: $0) }, like: example))
        for workerSlot in fleet.slots {
            for lease in Array(fleet[workerSlot].leases) where lease.purpose != .check {
                guard let costClass = lease.costClass, isMeant(costClass) else { continue }
                // An earlier one of these may have ended it.
                guard fleet.removeLease(of: lease.attempt, from: workerSlot) != nil else { continue }
                outbox.append(.cancel(lease.attempt, at: fleet[workerSlot].id))
                giveBack(lease, of: workerSlot, after: .handedBack, at: now)
            }
            noteDrained(workerSlot)
        }
        for slot in backlog.slots where isMeant(backlog[slot].costClass) { abandonIfHopeless(slot, at: now) }
    }

    private func reason(ofClass costClass: Int) -> AttemptRecord? {
        commonFailures.reason(ofClass: costClass, model: costTable.model(of: costClass))
    }

    /// Fails what waits of a cell whose class is not tried any more.
    mutating func abandonIfHopeless(_ slot: CellSlot, at now: Instant) {
        guard let example = reason(ofClass: backlog[slot].costClass) else { return }
        let shards = backlog.change(slot) { $0.abandon(&$1) }
        guard !shards.isEmpty else { return }
        for shard in shards {
            counts.failedShards += 1
            let attempts = backlog[slot].failures(at: shard)
            let wasTried = !attempts.isEmpty
            let failed = FailedShard(shard: shard, attempts: wasTried ? attempts : [example], wasTried: wasTried)
            outbox.append(.shardFailed(failed))
        }
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
    }

    // Surroundings: a machine that cannot work says nothing of what it was given

    /// Has a worker rest whose surroundings failed it, if that is what happened.
    mutating func noteSurroundings(_ failure: AttemptFailure, of workerSlot: WorkerSlot, at now: Instant) {
        guard case .surroundings(let reason) = failure else { return }
        counts.surroundingsFailures += 1
        let configuration = configuration
        let isNews = fleet.change(workerSlot) { worker in
            worker.lastEnd = now
            defer { worker.sicken(reason, configuration, at: now) }
            return worker.sickness?.reason != reason
        }
        if isNews { outbox.append(.workerFails(fleet[workerSlot].id, reason)) }
    }

    /// Gives workers that have rested long enough something to show that they can work again.
    mutating func endRests(at now: Instant) {
        for slot in fleet.slots where fleet.change(slot, { $0.endRest(at: now) }) { fleet.noteCredit(slot) }
    }

    /// Notes that the worker has computed something.
    mutating func noteRecovery(of workerSlot: WorkerSlot) {
        if fleet.change(workerSlot, { $0.recover() }) { outbox.append(.workerRecovers(fleet[workerSlot].id)) }
    }
}
