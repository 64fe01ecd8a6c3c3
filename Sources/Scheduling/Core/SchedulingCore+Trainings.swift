// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

// Trainings: long units of work, each at one worker at a time, that cells still to come wait for.
//
// They have leases as shards have, lost by silence and never by duration. There is no copy, no check and no retraction of
// them: a second attempt would compute for hours what the first one stores every few minutes.
extension SchedulingCore {
    /// Trainings that are neither finished nor failed.
    var openTrainings: Int { trainings.count { $0.fate == .open } }

    mutating func add(_ asked: [Digest]) {
        for id in asked where !trainings.contains(where: { $0.id == id }) {
            trainings.append(TrainingState(id: id))
        }
        areTrainingsDue = true
    }

    /// Gives trainings that wait to workers, in the order in which they were asked for.
    ///
    /// After a restart whoever has them gets a moment to say so.
    mutating func handOutTrainings(at now: Instant) {
        guard areTrainingsDue, isDispatching else { return }
        if epoch > 1, let began, now < began.advanced(by: configuration.longestSilence) { return }
        areTrainingsDue = false
        for index in trainings.indices where trainings[index].isWaiting {
            guard let slot = worker(for: trainings[index]) else { continue }
            trainings[index].dispatches += 1
            let number = trainings[index].dispatches
            let attempt = TrainingAttempt(training: trainings[index].id, number: number, epoch: epoch)
            begin(attempt, index, slot, at: now)
            progressBase.counts.trainingDispatches += 1
            outbox.append(.train(attempt, at: workers[slot].id))
        }
    }

    /// The worker for a training: of another host than it had last, then with the most threads, then with the least to do.
    private func worker(for training: TrainingState) -> WorkerSlot? {
        let able = workers.slots.filter { workers[$0].isActive && workers[$0].facts.canTrain }
        let others = able.filter { workers[$0].id != training.lastWorker }
        return (others.isEmpty ? able : others).min { left, right in
            let (one, other) = (workers[left], workers[right])
            let hosts = [one, other].map { $0.host == training.lastHost ? 1 : 0 }
            return (hosts[0], -one.facts.threads, one.leases.count, left)
                < (hosts[1], -other.facts.threads, other.leases.count, right)
        }
    }

    private mutating func begin(_ attempt: TrainingAttempt, _ index: Int, _ slot: WorkerSlot, at now: Instant) {
        trainings[index].lease = .init(attempt: attempt, worker: workers[slot].id, since: now)
        if workers[slot].isActive { countActive(slot, -1) }
        workers[slot].training = index
    }

    /// Takes the lease of the training from its worker, which may receive shards again.
    private mutating func release(_ index: Int) -> TrainingState.Lease? {
        guard let lease = trainings[index].lease else { return nil }
        trainings[index].lease = nil
        guard let slot = workers.slot(of: lease.worker) else { return lease }
        trainings[index].lastWorker = lease.worker
        trainings[index].lastHost = workers[slot].host
        workers[slot].training = nil
        areTrainingsDue = true
        if workers[slot].isActive { countActive(slot, 1) }
        noteCredit(slot)
        return lease
    }

    /// Ends the attempt that the worker at `slot` has, which came to nothing, if it has any.
    mutating func giveBackTraining(
        of slot: WorkerSlot,
        _ failure: AttemptFailure,
        isFinal: Bool = false,
        at now: Instant
    ) {
        guard let index = workers[slot].training, let lease = release(index) else { return }
        if failure != .handedBack {
            trainings[index].charge(failure)
            trainings[index].history.append(
                TrainingAttemptRecord(
                    attempt: lease.attempt,
                    worker: lease.worker,
                    host: workers[slot].facts.host,
                    dispatched: lease.since,
                    ended: now,
                    failure: failure
                )
            )
        }
        guard isFinal || trainings[index].isSpent(configuration) else {
            areTrainingsDue = true
            return
        }
        trainings[index].fate = .failed
        progressBase.counts.failedTrainings += 1
        areCellsAwaited = false
        outbox.append(
            .trainingFailed(FailedTraining(training: trainings[index].id, attempts: trainings[index].history))
        )
    }

    /// Notes that the model is trained, whoever has the training by then.
    mutating func trained(_ attempt: TrainingAttempt, _ worker: WorkerID, at now: Instant) {
        _ = heard(worker, at: now)
        guard quarantined[worker] == nil, let index = index(of: attempt), trainings[index].fate == .open else { return }
        if let lease = release(index), lease.worker != worker {
            outbox.append(.cancelTraining(lease.attempt, at: lease.worker))
        }
        if let slot = workers.slot(of: worker) { noteDrained(slot) }
        trainings[index].fate = .finished
        progressBase.counts.trainings += 1
        areCellsAwaited = false
        outbox.append(.trainingFinished(attempt.training))
    }

    /// Forgives earlier losses when the training is further than ever.
    mutating func trainingSaved(_ attempt: TrainingAttempt, _ worker: WorkerID, steps: Int, at now: Instant) {
        guard mentions(worker, attempt, at: now), let index = index(of: attempt) else { return }
        guard steps > trainings[index].savedSteps else { return }
        trainings[index].savedSteps = steps
        trainings[index].losses = 0
    }

    /// Whether the attempt that the worker speaks of is its own; if not, the two sides are brought in line.
    mutating func mentions(_ worker: WorkerID, _ attempt: TrainingAttempt, at now: Instant) -> Bool {
        guard let slot = heard(worker, at: now) else { return false }
        if holds(worker, attempt) { return true }
        // Where it should have another, only a hello tells which it has.
        let hasOther = workers[slot].training != nil
        outbox.append(hasOther ? .askToJoin(worker) : .cancelTraining(attempt, at: worker))
        return false
    }

    mutating func trainingEnded(
        _ attempt: TrainingAttempt,
        _ worker: WorkerID,
        _ failure: AttemptFailure,
        isFinal: Bool,
        at now: Instant
    ) {
        guard mentions(worker, attempt, at: now), let slot = workers.slot(of: worker) else { return }
        if failure.isEngineError {
            progressBase.counts.engineErrors += 1
            workers[slot].record.engineErrors += 1
        }
        giveBackTraining(of: slot, failure, isFinal: isFinal, at: now)
        noteDrained(slot)
    }

    /// Whether the worker has this attempt.
    public func holds(_ worker: WorkerID, _ attempt: TrainingAttempt) -> Bool {
        guard let lease = index(of: attempt).flatMap({ trainings[$0].lease }) else { return false }
        return lease.worker == worker && lease.attempt == attempt
    }

    /// Brings what the joining worker says that it trains and what it should in line.
    ///
    /// An attempt of an earlier life goes on where nobody else has the training; a dispatch that was lost waits again.
    mutating func settleTraining(_ held: TrainingAttempt?, _ slot: WorkerSlot, at now: Instant) {
        let worker = workers[slot].id
        if let held, holds(worker, held) { return }
        giveBackTraining(of: slot, .handedBack, at: now)
        guard let held else { return }
        if let index = index(of: held), trainings[index].isWaiting, workers[slot].isActive, phase == .running {
            progressBase.counts.adopted += 1
            begin(held, index, slot, at: now)
        } else {
            outbox.append(.cancelTraining(held, at: worker))
        }
    }

    /// Asks every worker that trains to store its state and to give the training back.
    mutating func recallTrainings() {
        for lease in trainings.compactMap(\.lease) { outbox.append(.recallTraining(lease.attempt, at: lease.worker)) }
    }

    /// Ends the training of the worker at `slot` without blame and tells it to drop it.
    mutating func takeBackTraining(of slot: WorkerSlot, at now: Instant) {
        guard let index = workers[slot].training, let lease = trainings[index].lease else { return }
        outbox.append(.cancelTraining(lease.attempt, at: lease.worker))
        giveBackTraining(of: slot, .handedBack, at: now)
    }

    /// How each training stands, in the order in which they were asked for.
    var trainingSummaries: [TrainingSummary] {
        trainings.map { training in
            let state: TrainingSummary.State =
                switch training.fate {
                case .open: training.lease == nil ? .waiting : .running
                case .finished: .finished
                case .failed: .failed
                }
            return TrainingSummary(
                training: training.id,
                state: state,
                worker: training.lease?.worker,
                since: training.lease?.since,
                dispatches: Int(training.dispatches),
                failures: training.history
            )
        }
    }

    private func index(of attempt: TrainingAttempt) -> Int? {
        trainings.firstIndex { $0.id == attempt.training }
    }
}
