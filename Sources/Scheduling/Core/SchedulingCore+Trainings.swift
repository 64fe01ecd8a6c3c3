// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

// Trainings: long units of work, each at one worker at a time, that cells still to come wait for.
//
// They have leases as shards have, lost by silence and never by duration. There is no check and no retraction of them, and
// a copy only where a worker makes no progress: a second attempt would compute for hours what the first one stores every
// few minutes.
extension SchedulingCore {
    /// Gives trainings that wait to workers, in the order in which they were asked for.
    ///
    /// After a restart whoever has them gets a moment to say so.
    mutating func handOutTrainings(at now: Instant) {
        guard trainings.isDue, run.isDispatching else { return }
        if epoch > 1, let began = run.began, now < began.advanced(by: configuration.longestSilence) { return }
        trainings.isDue = false
        let stalled = trainings.stalled { fleet[$0]?.advance.isStalled ?? false }
        for training in trainings.waiting + stalled {
            guard let slot = worker(for: trainings[training]) else { continue }
            if !trainings[training].isWaiting { handOver(training) }
            let attempt = trainings[training].nextAttempt(epoch: epoch)
            begin(attempt, of: training, at: slot, now: now)
            counts.trainingDispatches += 1
            outbox.append(.train(attempt, at: fleet[slot].id))
        }
    }

    /// Leaves the training with its worker, which makes no progress, for as long as nobody else has finished it.
    private mutating func handOver(_ training: TrainingSlot) {
        counts.handovers += 1
        if let former = trainings[training].makeRival() { cancel(former) }
    }

    /// Tells a worker to drop the training that it has for another.
    private mutating func cancel(_ lease: RequestedTraining.Lease) {
        outbox.append(.cancelTraining(lease.attempt, at: lease.worker))
        guard let slot = fleet.slot(of: lease.worker) else { return }
        fleet.change(slot) { $0.training = nil }
        trainings.isDue = true
        fleet.noteCredit(slot)
        noteDrained(slot)
    }

    /// The worker for a training: of another host than it had last, then with the most threads, then with the least to do.
    private func worker(for training: RequestedTraining) -> WorkerSlot? {
        let able = fleet.slots.filter { suits($0, training) }
        let others = able.filter { fleet[$0].id != training.lastWorker }
        return (others.isEmpty ? able : others).min { left, right in
            let (one, other) = (fleet[left], fleet[right])
            let hosts = [one, other].map { $0.host == training.lastHost ? 1 : 0 }
            return (hosts[0], -one.facts.threads, one.leases.count, left)
                < (hosts[1], -other.facts.threads, other.leases.count, right)
        }
    }

    /// Whether the worker may have the training.
    func suits(_ slot: WorkerSlot, _ training: RequestedTraining) -> Bool {
        let worker = fleet[slot]
        return worker.isActive && worker.facts.canTrain && !training.barred.contains(worker.id)
            && !training.isOthersTurn(after: worker.facts.host, configuration, among: fleet)
    }

    private mutating func begin(
        _ attempt: TrainingAttempt,
        of training: TrainingSlot,
        at slot: WorkerSlot,
        now: Instant
    ) {
        trainings[training].begin(attempt, at: fleet[slot].id, now: now)
        fleet.change(slot) { $0.training = training }
    }

    /// Takes the training from its worker, which may receive shards again.
    private mutating func release(_ training: TrainingSlot) -> RequestedTraining.Lease? {
        guard let worker = trainings[training].lease?.worker else { return nil }
        let slot = fleet.slot(of: worker)
        let lease = trainings[training].release(host: slot.map { fleet[$0].host })
        if let slot {
            fleet.change(slot) { $0.training = nil }
            trainings.isDue = true
            fleet.noteCredit(slot)
        }
        return lease
    }

    /// Ends the attempt that the worker has, which came to nothing, if it has any.
    mutating func giveBackTraining(
        of slot: WorkerSlot,
        after failure: AttemptFailure,
        isFinal: Bool = false,
        at now: Instant
    ) {
        let worker = fleet[slot].id
        guard let training = fleet[slot].training, let lease = trainings[training].lease(of: worker) else { return }
        if trainings[training].rival?.worker == worker {
            endRival(of: training, at: slot)
            // The other one goes on, unless it would fail like this one.
            guard isFinal else { return noteSurroundings(failure, of: slot, at: now) }
            if let other = release(training) {
                outbox.append(.cancelTraining(other.attempt, at: other.worker))
            }
        } else {
            _ = release(training)
        }
        noteSurroundings(failure, of: slot, at: now)
        trainings[training].note(
            TrainingAttemptRecord(
                attempt: lease.attempt,
                worker: lease.worker,
                host: fleet[slot].facts.host,
                dispatched: lease.since,
                ended: now,
                failure: failure
            )
        )
        guard trainings[training].failIfSpent(isFinal: isFinal, configuration, among: fleet) else {
            trainings.isDue = true
            return
        }
        if let rival = trainings[training].dropRival() { cancel(rival) }
        counts.failedTrainings += 1
        demand.noteTrainingEnd()
        let failed = FailedTraining(training: trainings[training].id, attempts: trainings[training].history)
        outbox.append(.trainingFailed(failed))
    }

    /// Forgets the attempt of a worker that made no progress before, and nothing more came of it.
    private mutating func endRival(of training: TrainingSlot, at slot: WorkerSlot) {
        _ = trainings[training].dropRival()
        fleet.change(slot) { $0.training = nil }
        trainings.isDue = true
        fleet.noteCredit(slot)
    }

    /// Notes that the model is trained, whoever has the training by then.
    mutating func trained(_ attempt: TrainingAttempt, by worker: WorkerID, at now: Instant) {
        _ = heard(worker, at: now)
        guard fleet.quarantine(of: worker) == nil, let training = trainings.slot(of: attempt),
            trainings[training].fate == .open
        else { return }
        for lease in trainings[training].leases where lease.worker != worker {
            outbox.append(.cancelTraining(lease.attempt, at: lease.worker))
        }
        _ = release(training)
        if let rival = trainings[training].dropRival().flatMap({ fleet.slot(of: $0.worker) }) {
            endRival(of: training, at: rival)
        }
        if let slot = fleet.slot(of: worker) {
            noteRecovery(of: slot)
            noteResult(of: slot, at: now)
            noteDrained(slot)
        }
        trainings[training].finish()
        counts.trainings += 1
        demand.noteTrainingEnd()
        outbox.append(.trainingFinished(attempt.training))
    }

    /// Has the last steps of a training repeated by a worker that is none of the others.
    mutating func trainedOnce(
        _ attempt: TrainingAttempt,
        by worker: WorkerID,
        others: Set<WorkerID>,
        at now: Instant
    ) {
        guard let training = trainings.slot(of: attempt), trainings[training].fate == .open else { return }
        trainings[training].barred.formUnion(others)
        guard mentions(worker, attempt, at: now), let slot = fleet.slot(of: worker) else { return }
        giveBackTraining(of: slot, after: .handedBack, at: now)
        noteDrained(slot)
    }

    /// Notes that a state of the training is stored, from which another worker could go on.
    mutating func trainingSaved(_ attempt: TrainingAttempt, by worker: WorkerID, steps: Int, at now: Instant) {
        guard mentions(worker, attempt, at: now), let training = trainings.slot(of: attempt) else { return }
        if let slot = fleet.slot(of: worker) { noteRecovery(of: slot) }
        trainings[training].noteSaved(steps: steps)
    }

    /// Whether the attempt that the worker speaks of is its own; if not, the two sides are brought in line.
    mutating func mentions(_ worker: WorkerID, _ attempt: TrainingAttempt, at now: Instant) -> Bool {
        guard let slot = heard(worker, at: now) else { return false }
        if holds(worker, attempt) { return true }
        // Where it should have another, only a hello tells which it has.
        let hasOther = fleet[slot].training != nil
        outbox.append(hasOther ? .askToJoin(worker) : .cancelTraining(attempt, at: worker))
        return false
    }

    mutating func trainingEnded(
        _ attempt: TrainingAttempt,
        by worker: WorkerID,
        failure: AttemptFailure,
        isFinal: Bool,
        at now: Instant
    ) {
        guard mentions(worker, attempt, at: now), let slot = fleet.slot(of: worker) else { return }
        if failure.isEngineError {
            counts.engineErrors += 1
            fleet.change(slot) { $0.record.engineErrors += 1 }
        }
        giveBackTraining(of: slot, after: failure, isFinal: isFinal, at: now)
        noteDrained(slot)
    }

    /// Whether the worker has this attempt.
    public func holds(_ worker: WorkerID, _ attempt: TrainingAttempt) -> Bool { trainings.holds(worker, attempt) }

    /// Brings what the joining worker says that it trains and what it should in line.
    ///
    /// An attempt of an earlier life goes on where nobody else has the training; a dispatch that was lost waits again.
    mutating func settleTraining(_ held: TrainingAttempt?, at slot: WorkerSlot, now: Instant) {
        let worker = fleet[slot].id
        if let held, holds(worker, held) { return }
        giveBackTraining(of: slot, after: .handedBack, at: now)
        guard let held else { return }
        if let training = trainings.slot(of: held), trainings[training].isWaiting, fleet[slot].isActive, run.isRunning {
            counts.adopted += 1
            begin(held, of: training, at: slot, now: now)
        } else {
            outbox.append(.cancelTraining(held, at: worker))
        }
    }

    /// Asks every worker that trains to store its state and to give the training back.
    mutating func recallTrainings() {
        for lease in trainings.leases { outbox.append(.recallTraining(lease.attempt, at: lease.worker)) }
    }

    /// Ends the training of the worker without blame and tells it to drop it.
    mutating func takeBackTraining(of slot: WorkerSlot, at now: Instant) {
        let worker = fleet[slot].id
        guard let training = fleet[slot].training, let lease = trainings[training].lease(of: worker) else { return }
        outbox.append(.cancelTraining(lease.attempt, at: lease.worker))
        giveBackTraining(of: slot, after: .handedBack, at: now)
    }
}
