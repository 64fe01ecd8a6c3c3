// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// The trainings of a run: what must be trained first, and the files that come of it.
///
/// Who trains what is the scheduler's to decide. Whatever a worker says of a training that it does not have changes
/// nothing here.
struct TrainingRegister {
    private let work: RunWork
    private let models: TrainedModels
    private let uploads: UploadService
    private let artifacts: ArtifactService
    private let notices: Notices
    /// Whether a model counts only when a second worker repeated its last steps.
    private let verifies: Bool
    private var jobs: [Digest: TrainingJob] = [:]
    /// What is trained, in the order of the models in the grid.
    private let order: [Digest]

    /// The trainings of `work`, whose files are handed out from now on.
    init(_ work: RunWork, _ services: LoopServices, _ notices: Notices, verifies: Bool) {
        self.verifies = verifies
        self.work = work
        self.notices = notices
        (models, uploads, artifacts) = (services.models, services.uploads, services.artifacts)
        order = work.trainedModels.map(\.training)
        let trainings = work.plan.trainings
        for (training, names) in work.trainedModels {
            guard let planned = trainings[training] else { continue }
            let job = TrainingJob(planned, models: names, in: models)
            for file in job.files { artifacts.add(file) }
            jobs[training] = job
        }
    }

    // Before the run.

    /// The trainings without which cells would stay open, in order; the user is told of each.
    ///
    /// A model whose cells are all recorded needs none, wherever its checkpoint is.
    func begin(with store: ResultStore) throws -> [Digest] {
        let untrained = Set(order.filter { jobs[$0]?.checkpoint == nil })
        let needed = try work.openTrainings(among: untrained, in: store)
        for case let job? in order.filter(needed.contains).map({ jobs[$0] }) {
            notices.note("training \(job.name)\(job.beginning) before its cells")
        }
        return order.filter(needed.contains)
    }

    /// The models that these trainings make, as the sweep file names them.
    func models(of trainings: [Digest]) -> Set<String> { Set(trainings.flatMap { jobs[$0]?.models ?? [] }) }

    // Cells of trained models.

    /// The model that takes the place of a planned one: the checkpoint that its training made, where there was one.
    func trained(_ planned: ModelSpec) -> ModelSpec {
        guard let file = jobs[planned.digest]?.checkpoint else { return planned }
        var model = planned
        model.location = ModelLocation(.checkpoint(path: file.url.path))
        (model.digest, model.bytes) = (file.reference.digest, file.reference.bytes)
        return model
    }

    /// Why nobody can compute the cells of a model; nil when somebody may.
    func hopelessness(of model: String) -> String? { jobs[work.training(of: model)]?.failure }

    // What the scheduler wants done.

    /// What `peer` needs to train by an attempt; nil for a training that is not of this run.
    func assignment(_ attempt: TrainingAttempt, to peer: Peer) -> TrainingAssignment? {
        guard let job = jobs[attempt.training] else { return nil }
        notices.note("\(peer.name) trains \(job.name)\(job.beginning)", .info)
        uploads.end(attempt.training)
        return TrainingAssignment(
            attempt: attempt,
            model: job.name,
            recipe: job.planned.recipe,
            dataset: job.planned.dataset,
            state: (job.state ?? job.planned.start)?.reference
        )
    }

    /// Drops what is on its way of an attempt that is over.
    func cancel(_ attempt: TrainingAttempt) { uploads.end(attempt) }

    /// The models whose cells can be computed, because the training is finished.
    func finish(_ training: Digest) -> [String] {
        guard let job = jobs[training] else { return [] }
        notices.note("trained \(job.name)")
        return job.models
    }

    /// The models whose cells are hopeless, because the training is given up.
    mutating func fail(_ failed: FailedTraining) -> [String] {
        guard let job = jobs[failed.training] else { return [] }
        let message = failed.attempts.last?.failure.explanation ?? "nobody could train it"
        let count = counted(failed.attempts.count, "attempt")
        let host = failed.attempts.last.map { " on \($0.host)" } ?? ""
        notices.note("gave up training \(job.name) after \(count), the last\(host): \(message)", .error)
        jobs[failed.training]?.failure = "model '\(job.name)' could not be trained: \(message)"
        return job.models
    }

    // What the worker that has a training says of it.

    mutating func take(_ report: TrainingReport) { jobs[report.attempt.training]?.report = report }

    /// Takes the file that is offered; the answer is nil when the upload begins, which answers for itself.
    ///
    /// `isTrusted` says that the worker is the coordinator's own user's.
    mutating func consider(
        _ offer: TrainingOffer,
        from peer: Peer,
        hasTraining: Bool,
        isTrusted: Bool
    ) -> CoordinatorMessage? {
        guard hasTraining, let job = jobs[offer.attempt.training] else {
            let reason = "the training is not this worker's any more"
            return .uploadRefusal(ArtifactRefusal(digest: offer.file.digest, reason: reason))
        }
        let most = job.planned.mostBytes(of: offer.kind)
        guard offer.file.bytes <= most else {
            let reason = "a \(offer.kind.rawValue) of this training has \(most) bytes at most, not \(offer.file.bytes)"
            return .uploadRefusal(ArtifactRefusal(digest: offer.file.digest, reason: reason))
        }
        // Of two workers that train the one that is behind has nothing that is wanted.
        if offer.kind == .state, let state = job.state,
            state.reference == offer.file || offer.stepsDone < state.stepsDone
        {
            return .uploadReceipt(.stored(offer))
        }
        let trainer = Trainer(worker: peer.id, name: peer.name, kin: peer.sender.kin, isTrusted: isTrusted)
        jobs[offer.attempt.training]?.note(trainer, of: offer.attempt)
        uploads.begin(offer, from: peer.route)
        return nil
    }

    func take(_ chunk: ArtifactChunk, from route: [UInt8]) { uploads.take(chunk, from: route) }

    /// Takes a file that is verified and stored; the event says whose it is, as far as that is known.
    ///
    /// `peers` are those that are here.
    mutating func take(
        _ file: TrainedModels.File,
        as offer: TrainingOffer,
        among peers: Peers
    ) throws -> SchedulingCore.Event? {
        let former = jobs[offer.attempt.training]
        if offer.kind == .checkpoint, let trainer = former?.uploader(of: offer.attempt) {
            guard verifies else {
                noteTrained(former?.name ?? "?", by: trainer)
                return keep(file, as: offer, former)
            }
            return try consider(file, as: offer, by: trainer, among: peers)
        }
        return keep(file, as: offer, former)
    }

    /// That nobody repeated what a worker trained that is not the user's own.
    private func noteTrained(_ name: String, by trainer: Trainer) {
        guard !trainer.isTrusted else { return }
        let advice = "--verify-trainings has a second worker repeat the last steps"
        notices.note("\(trainer.name) alone trained \(name); \(advice)")
    }

    /// Lets a model count that two keys agree on, or that the user's own worker trained; otherwise another is to try.
    private mutating func consider(
        _ file: TrainedModels.File,
        as offer: TrainingOffer,
        by trainer: Trainer,
        among peers: Peers
    ) throws -> SchedulingCore.Event? {
        let training = offer.attempt.training
        guard let name = jobs[training]?.name else { return nil }
        if let accepted = jobs[training]?.candidates.take(file, by: trainer) {
            for other in jobs[training]?.candidates.files(besides: accepted.file) ?? [] { models.remove(other) }
            let wrong = jobs[training]?.candidates.others(than: accepted.file) ?? []
            for other in wrong {
                notices.note("\(other.name) trained \(name) to other weights than \(accepted.by.count) others", .error)
            }
            let names = Set(accepted.by.map(\.name)).sorted().joined(separator: " and ")
            notices.note("\(names) trained \(name) to the same bits; it counts")
            return keep(try models.accept(accepted.file, of: training), as: offer, jobs[training])
        }
        let candidates = jobs[training]?.candidates ?? TrainedCandidates()
        if candidates.areDifferent { notices.note("workers trained \(name) to different weights", .error) }
        notices.note("\(trainer.name) trained \(name); a worker of another key is to repeat its last steps")
        let kins = Set(candidates.trainers.map(\.kin))
        let others = Set(peers.all.filter { kins.contains($0.sender.kin) }.map(\.id)).union([trainer.worker])
        return .trainedOnce(offer.attempt, from: trainer.worker, others: others)
    }

    private mutating func keep(
        _ file: TrainedModels.File,
        as offer: TrainingOffer,
        _ former: TrainingJob?
    ) -> SchedulingCore.Event? {
        artifacts.add(file, inPlaceOf: former?.state)
        jobs[offer.attempt.training]?.take(file, offer)
        let metadata: Logger.Metadata = ["training": "\(offer.attempt)", "steps": "\(offer.stepsDone)"]
        notices.log.info("stored \(offer.kind.rawValue)", metadata: metadata)
        // Not by its connection: the worker may have gone since, and the model is here all the same.
        guard let worker = former?.uploader(of: offer.attempt)?.worker else { return nil }
        return switch offer.kind {
        case .state: .trainingSaved(offer.attempt, from: worker, steps: offer.stepsDone)
        case .checkpoint: .trained(offer.attempt, from: worker)
        }
    }

    /// An attempt ended without a model.
    mutating func end(_ end: TrainingEnd, from peer: Peer) -> SchedulingCore.Event {
        let name = jobs[end.attempt.training]?.name ?? "?"
        uploads.end(end.attempt)
        switch end.reason {
        case .handedBack:
            notices.note("\(peer.name) gives the training of \(name) back", .info)
            return .trainingEnded(end.attempt, from: peer.id, .handedBack)
        case .unusableState: forgetState(of: end.attempt.training)
        case .surroundings:
            notices.log.warning("\(end.attempt) came back from \(peer.name): \(end.message)")
            return .trainingEnded(end.attempt, from: peer.id, .surroundings(end.message))
        case .failed, .hopeless: break
        }
        let attempt: Logger.Metadata = ["attempt": "\(end.attempt)"]
        notices.note("training \(name) failed on \(peer.name): \(end.message)", .warning, attempt)
        for line in end.log { notices.log.debug("\(line)", metadata: ["worker": "\(peer.hello.worker)"]) }
        let isFinal = end.reason == .hopeless
        return .trainingEnded(end.attempt, from: peer.id, .engineError(end.message), isFinal: isFinal)
    }

    // Trust.

    /// Forgets states that a worker had a part in whose numbers are not trusted any more.
    mutating func distrust(_ worker: WorkerID, called name: String) {
        for (training, job) in jobs where job.contributors.contains(worker) {
            if job.checkpoint == nil {
                forgetState(of: training)
            } else {
                notices.note("\(name) had a part in training \(job.name): its numbers are in doubt", .error)
            }
        }
    }

    private mutating func forgetState(of training: Digest) {
        guard let job = jobs[training], let state = job.state else { return }
        notices.note("the state of training \(job.name) at step \(state.stepsDone) is not used", .warning)
        models.remove(state)
        jobs[training]?.forgetState()
    }

    // What people see.

    /// How each training stands.
    func status(_ progress: RunProgress, _ peers: Peers) -> [TrainingStatus] {
        progress.trainings.compactMap { status($0, peers) }
    }

    private func status(_ summary: TrainingSummary, _ peers: Peers) -> TrainingStatus? {
        jobs[summary.training]?.status(summary, worker: summary.worker.flatMap { peers[$0]?.name } ?? "")
    }

    /// What is known of the training of the model called `name`; nil when the run trains no such model.
    func explain(_ name: String, _ progress: RunProgress, _ peers: Peers, at now: Instant) -> (String, [String])? {
        let found = progress.trainings.first { jobs[$0.training]?.models.contains(name) == true }
        guard let found, let job = jobs[found.training] else { return nil }
        return (status(found, peers)?.line ?? job.name, job.explanation(found, at: now))
    }

    var metrics: [Metric] { uploads.metrics }
}

extension UploadReceipt {
    /// The worker may forget the file: it is stored.
    static func stored(_ offer: TrainingOffer) -> UploadReceipt {
        UploadReceipt(digest: offer.file.digest, bytes: offer.file.bytes, isStored: true)
    }
}
