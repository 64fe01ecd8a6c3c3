// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

// Trainings in the world: workers make steps, send states now and then, and end.
extension World {
    /// Steps after which a worker sends its state.
    private static let stepsPerState = 5

    // The coordinator's side.

    /// What a coordinator that starts asks for.
    mutating func askForTrainings() throws {
        let open = trainings.filter { !$0.isTrained }.map(\.id)
        life.blocked = Set(open)
        if !open.isEmpty { try tell(.trainings(open)) }
    }

    /// The training that a cell needs; nil for one of a model that is there.
    func training(of cell: Int) -> SimulatedTraining? {
        let model = cell % climate.models
        return model < trainings.count ? trainings[model] : nil
    }

    /// A training is sent to one worker at a time, and neither in a pause nor after its end.
    mutating func check(_ attempt: TrainingAttempt, sentTo worker: WorkerID) throws {
        guard life.pauses.isEmpty, !life.isEnding else { throw Fault(description: "\(attempt) is sent in a pause") }
        guard life.trained.insert(attempt).inserted else { throw Fault(description: "\(attempt) is sent twice") }
        guard !life.quarantined.contains(worker) else {
            throw Fault(description: "quarantined worker \(worker) is sent \(attempt)")
        }
        guard training(attempt)?.isTrained == false, life.blocked.contains(attempt.training) else {
            throw Fault(description: "\(attempt) is sent and over already")
        }
    }

    mutating func finishTraining(_ id: Digest) throws {
        guard trainings.contains(where: { $0.id == id && $0.isTrained }) else {
            throw Fault(description: "a training is called finished that nobody stored")
        }
        life.blocked.remove(id)
    }

    mutating func failTraining(_ failed: FailedTraining) throws {
        let losses = failed.attempts.count { if case .workerLost = $0.failure { true } else { false } }
        let errors = failed.attempts.count { if case .surroundings = $0.failure { false } else { true } } - losses
        let isHopeless = trainings.contains { $0.id == failed.training && $0.isHopeless }
        let configuration = climate.configuration
        let isSpent = errors >= configuration.engineErrorBudget || losses >= configuration.workerLossBudget
        guard isHopeless && errors > 0 || isSpent else {
            throw Fault(description: "a training failed after \(errors) errors, \(losses) losses")
        }
        life.blocked.remove(failed.training)
        life.hopeless.insert(failed.training)
    }

    /// Stores what a worker that has the training sends.
    mutating func takeState(_ attempt: TrainingAttempt, _ steps: Int, from worker: WorkerID) throws {
        guard core.holds(worker, attempt) else { return try tell(.trainingMentioned(attempt, from: worker)) }
        change(attempt) { $0.savedSteps = max($0.savedSteps, steps) }
        try tell(.trainingSaved(attempt, from: worker, steps: steps))
    }

    mutating func takeModel(_ attempt: TrainingAttempt, from worker: WorkerID) throws {
        guard core.holds(worker, attempt) else { return try tell(.trainingMentioned(attempt, from: worker)) }
        change(attempt) { $0.isTrained = true }
        try tell(.trained(attempt, from: worker))
    }

    // The workers' side.

    mutating func train(_ attempt: TrainingAttempt, from steps: Int, _ index: Int) {
        guard !workers[index].isLeaving else { return say(.trainingEnded(attempt, .handedBack, isFinal: false), index) }
        workers[index].training = TrainingInProgress(attempt: attempt, stepsDone: steps)
        after(1, .step(index, attempt))
    }

    /// One step, which takes a second; a frozen worker makes it when it thaws.
    mutating func step(_ attempt: TrainingAttempt, _ index: Int) {
        guard workers[index].isAlive, let held = workers[index].training, held.attempt == attempt else { return }
        if workers[index].frozenUntil > now {
            return agenda.add(.step(index, attempt), at: workers[index].frozenUntil)
        }
        guard let training = training(attempt) else { return }
        if workers[index].isSick(at: now) {
            return endTraining(.trainingEnded(attempt, .surroundings("no space"), isFinal: false), index)
        }
        if workers[index].mayHang, random.chance(climate.hangs / 5) {
            workers[index].hangs = true
            return
        }
        let isBroken = workers[index].isInvalid || random.chance(climate.engineErrors / 20)
        if training.isHopeless && held.stepsDone > training.steps / 2 || isBroken {
            return endTraining(.trainingEnded(attempt, .engineError("no numbers"), isFinal: training.isHopeless), index)
        }
        workers[index].training?.stepsDone += 1
        let steps = held.stepsDone + 1
        if steps >= training.steps {
            return endTraining(.trained(attempt), index)
        }
        if steps.isMultiple(of: Self.stepsPerState) || held.isRecalled { say(.state(attempt, steps), index) }
        if held.isRecalled { return endTraining(.trainingEnded(attempt, .handedBack, isFinal: false), index) }
        after(1, .step(index, attempt))
    }

    /// The worker forgets the training; should the message be lost, its next hello tells as much.
    private mutating func endTraining(_ message: WorkerMessage, _ index: Int) {
        workers[index].training = nil
        say(message, index)
    }

    mutating func recall(_ attempt: TrainingAttempt, _ index: Int) {
        if workers[index].training?.attempt == attempt { workers[index].training?.isRecalled = true }
    }

    mutating func dropTraining(_ attempt: TrainingAttempt, _ index: Int) {
        guard workers[index].training?.attempt == attempt else { return }
        workers[index].training = nil
        // What it had begun before, if anything, hangs on.
        if workers[index].running == nil { workers[index].hangs = false }
    }

    private func training(_ attempt: TrainingAttempt) -> SimulatedTraining? {
        trainings.first { $0.id == attempt.training }
    }

    private mutating func change(_ attempt: TrainingAttempt, _ body: (inout SimulatedTraining) -> Void) {
        guard let index = trainings.firstIndex(where: { $0.id == attempt.training }) else { return }
        body(&trainings[index])
    }
}
