// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Scheduling
import SweepPlan
import Vocabulary
import WireProtocol

/// A training that cells of the run need: what is known of it besides who has it, which the scheduler knows.
struct TrainingJob {
    let planned: PlannedTraining
    /// The names of the models that it makes, as the sweep file gives them.
    let models: [String]
    /// The latest that its worker said.
    var report: TrainingReport?
    /// Who offered a file last of each attempt.
    private var uploaders: [TrainingAttempt: Trainer] = [:]
    /// Models that do not count yet.
    var candidates = TrainedCandidates()
    /// Why it was given up.
    var failure: String?
    /// The state that the next attempt goes on from; nil once there is a checkpoint.
    private(set) var state: TrainedModels.File?
    /// The trained model.
    private(set) var checkpoint: TrainedModels.File?
    /// Workers that had a part in what is stored, as far as they were here in this life of the coordinator.
    private(set) var contributors: Set<WorkerID> = []

    /// A training with what is kept of it in `folder`.
    init(_ planned: PlannedTraining, models: [String], in folder: TrainedModels) {
        self.planned = planned
        self.models = models
        checkpoint = folder.checkpoint(of: planned.facts.digest)
        state = checkpoint == nil ? folder.state(of: planned.facts.digest) : nil
    }

    /// What messages to people call it.
    var name: String { models.joined(separator: ", ") }

    /// From where it goes on, behind its name; empty when it begins.
    var beginning: String { state.map { " from step \($0.stepsDone) on" } ?? "" }

    /// The files that there are, the checkpoint that it starts from among them.
    var files: [TrainedModels.File] { [checkpoint, state, planned.start].compactMap(\.self) }

    /// Who offered a file of the attempt last.
    func uploader(of attempt: TrainingAttempt) -> Trainer? { uploaders[attempt] }

    /// Notes who offers a file of an attempt; two attempts live at most, and some more are remembered.
    mutating func note(_ uploader: Trainer, of attempt: TrainingAttempt) {
        if uploaders.count >= 16 { uploaders = [:] }
        uploaders[attempt] = uploader
    }

    /// Takes a file that its uploader made.
    mutating func take(_ file: TrainedModels.File, _ offer: TrainingOffer) {
        switch offer.kind {
        case .state:
            state = file
            if let uploader = uploaders[offer.attempt] { contributors.insert(uploader.worker) }
        case .checkpoint: (checkpoint, state) = (file, nil)
        }
    }

    /// The next attempt begins from scratch.
    mutating func forgetState() {
        (state, contributors) = (nil, [])
    }

    /// How it stands, for people.
    func status(_ summary: TrainingSummary, worker: String) -> TrainingStatus {
        var status = TrainingStatus(model: name, state: TrainingStatus.State(summary.state))
        if let report {
            (status.stepsDone, status.steps) = (report.stepsDone, report.steps)
            status.loss = report.loss
            status.imagesPerSecond = report.imagesPerSecond
            if status.state == .running, report.steps > 0, report.imagesPerSecond > 0 {
                let images = Double(report.steps - report.stepsDone) * Double(planned.batch)
                status.remainingSeconds = images / report.imagesPerSecond
            }
        }
        status.worker = worker
        return status
    }

    /// What is known of it, in lines.
    func explanation(_ summary: TrainingSummary, at now: Instant) -> [String] {
        var lines = ["identity \(summary.training)", "handed to a worker \(counted(summary.dispatches, "time"))"]
        if let state { lines.append("the state at step \(state.stepsDone) is stored") }
        let names = candidates.trainers.map(\.name).joined(separator: ", ")
        if checkpoint == nil, !names.isEmpty {
            lines.append("trained by \(names); a worker of another key is to repeat it")
        }
        return lines
            + FailureLines.grouped(summary.failures, by: \.failure.explanation) { failure in
                let ago = HumanText.duration(.seconds(now.seconds(since: failure.ended)))
                return "\(ago) ago: \(failure.attempt) on \(failure.host)"
            }
    }
}

extension TrainingStatus.State {
    fileprivate init(_ state: TrainingSummary.State) {
        self =
            switch state {
            case .waiting: .waiting
            case .running: .running
            case .finished: .finished
            case .failed: .failed
            }
    }
}
