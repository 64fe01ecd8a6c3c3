// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Reporting
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

// Trainings: what must be trained first, who trains it, and the files that come of it.
extension CoordinatorLoop {
    /// Asks for the trainings without which cells would stay open; the cells of their models wait.
    ///
    /// A model whose cells are all recorded needs none, wherever its checkpoint is.
    mutating func prepareTrainings() throws {
        for job in desk.jobs.values {
            for file in [job.checkpoint, job.state].compactMap(\.self) { artifacts.add(file) }
        }
        let needed = try neededTrainings()
        feed = CellFeed(work.plan.grid, blocked: Set(needed.flatMap { desk[$0]?.models ?? [] }))
        guard !needed.isEmpty else { return }
        for training in needed {
            guard let job = desk[training] else { continue }
            note("training \(job.name)\(job.state.map { " from step \($0.stepsDone) on" } ?? "") before its cells")
        }
        try tell(.trainings(needed))
    }

    private func neededTrainings() throws -> [Digest] {
        var unknown = Set(desk.order.filter { desk[$0]?.checkpoint == nil })
        var needed: Set<Digest> = []
        var cells = work.cells.makeIterator()
        while !unknown.isEmpty, let spec = cells.next() {
            let training = work.plan.model(spec.model).facts.digest
            guard unknown.contains(training) else { continue }
            let recorded = try store.recordedRanges(of: work.identity(of: spec).id).reduce(0) { $0 + $1.count }
            guard recorded < work.indices(of: spec.dataset).count else { continue }
            unknown.remove(training)
            needed.insert(training)
        }
        return desk.order.filter(needed.contains)
    }

    /// The model that takes the place of a planned one: the checkpoint that its training made, where there was one.
    func trained(_ planned: ModelSpec) -> ModelSpec {
        var model = planned
        guard let file = desk[model.digest]?.checkpoint else { return model }
        model.location = ModelLocation(.checkpoint(path: file.url.path))
        (model.digest, model.bytes) = (file.reference.digest, file.reference.bytes)
        return model
    }

    // Actions: what the scheduler wants done.

    mutating func train(_ attempt: TrainingAttempt, _ worker: WorkerID) throws {
        guard let peer = peers[worker], let job = desk[attempt.training] else { return }
        let assignment = TrainingAssignment(
            attempt: attempt,
            model: job.name,
            recipe: job.planned.recipe,
            dataset: job.planned.dataset,
            state: job.state?.reference
        )
        note("\(peer.name) trains \(job.name)\(job.state.map { " from step \($0.stepsDone) on" } ?? "")", .info)
        uploads.end(attempt.training)
        try send(.train(assignment), to: peer)
    }

    mutating func finishTraining(_ training: Digest) throws {
        guard let job = desk[training] else { return }
        note("trained \(job.name)")
        feed.release(job.models)
    }

    mutating func failTraining(_ failed: FailedTraining) throws {
        guard let job = desk[failed.training] else { return }
        let message = failed.attempts.last?.failure.explanation ?? "nobody could train it"
        let count = failed.attempts.count == 1 ? "1 attempt" : "\(failed.attempts.count) attempts"
        let host = failed.attempts.last.map { " on \($0.host)" } ?? ""
        note("gave up training \(job.name) after \(count), the last\(host): \(message)", .error)
        desk.change(failed.training) { $0.failure = "model '\(job.name)' could not be trained: \(message)" }
        feed.release(job.models)
    }

    /// Why nobody can compute the cells of a model; nil when somebody may.
    func hopelessness(of spec: CellSpec) -> String? {
        desk[work.plan.model(spec.model).facts.digest]?.failure
    }

    /// Keeps why a cell has no results.
    mutating func keepHopeless(_ cell: CellID, _ spec: CellSpec, because reason: String) {
        let images = work.indices(of: spec.dataset).count
        guard images > 0 else { return }
        keep(
            FailureRecord(
                attempt: AttemptIdentity(
                    shard: Shard(cell: cell, lower: 0, upper: images),
                    attempt: 1,
                    epoch: work.epoch
                ),
                kind: "training",
                message: reason,
                worker: "",
                host: work.host,
                time: Date(),
                isTerminal: true
            )
        )
    }

    // Messages: what workers say of their trainings.

    mutating func take(_ report: TrainingReport, from peer: Peer) throws {
        try tell(.trainingMentioned(report.attempt, from: peer.id))
        guard core.holds(peer.id, report.attempt) else { return }
        desk.change(report.attempt.training) { $0.report = report }
    }

    /// Wants a file of the worker that has the training; nobody else's.
    mutating func consider(_ offer: TrainingOffer, from peer: Peer) throws {
        try tell(.trainingMentioned(offer.attempt, from: peer.id))
        guard core.holds(peer.id, offer.attempt), let job = desk[offer.attempt.training] else {
            let reason = "the training is not this worker's any more"
            let refusal = ArtifactRefusal(digest: offer.file.digest, reason: reason)
            return try send(.uploadRefusal(refusal), to: peer)
        }
        if offer.kind == .state, job.state?.reference == offer.file {
            return try acknowledge(offer, over: peer.route)
        }
        desk.change(offer.attempt.training) { $0.uploader = peer.id }
        uploads.begin(offer, from: peer.route)
    }

    /// A file is verified and stored.
    mutating func uploaded(_ offer: TrainingOffer, _ file: TrainedModels.File, from route: [UInt8]) throws {
        let former = desk[offer.attempt.training]
        artifacts.add(file, inPlaceOf: former?.state)
        desk.change(offer.attempt.training) { job in
            switch offer.kind {
            case .state:
                job.state = file
                if let worker = job.uploader { job.contributors.insert(worker) }
            case .checkpoint: (job.checkpoint, job.state) = (file, nil)
            }
        }
        try acknowledge(offer, over: route)
        let metadata: Logger.Metadata = ["training": "\(offer.attempt)", "steps": "\(offer.stepsDone)"]
        log.info("stored \(offer.kind.rawValue)", metadata: metadata)
        // Not by its connection: the worker may have gone since, and the model is here all the same.
        guard let worker = former?.uploader else { return }
        switch offer.kind {
        case .state: try tell(.trainingSaved(offer.attempt, from: worker, steps: offer.stepsDone))
        case .checkpoint: try tell(.trained(offer.attempt, from: worker))
        }
    }

    private mutating func acknowledge(_ offer: TrainingOffer, over route: [UInt8]) throws {
        let receipt = UploadReceipt(digest: offer.file.digest, bytes: offer.file.bytes, isStored: true)
        try send(.uploadReceipt(receipt), over: route)
    }

    /// An attempt ended without a model.
    mutating func end(_ end: TrainingEnd, from peer: Peer) throws {
        let name = desk[end.attempt.training]?.name ?? "?"
        uploads.end(end.attempt)
        switch end.reason {
        case .handedBack:
            note("\(peer.name) gives the training of \(name) back", .info)
            return try tell(.trainingEnded(end.attempt, from: peer.id, .handedBack))
        case .unusableState: if core.holds(peer.id, end.attempt) { forgetState(of: end.attempt.training) }
        case .failed, .hopeless: break
        }
        note("training \(name) failed on \(peer.name): \(end.message)", .warning, ["attempt": "\(end.attempt)"])
        for line in end.log { log.debug("\(line)", metadata: ["worker": "\(peer.hello.worker)"]) }
        let isFinal = end.reason == .hopeless
        try tell(.trainingEnded(end.attempt, from: peer.id, .engineError(end.message), isFinal: isFinal))
    }

    /// States that a worker had a part in whose numbers are not trusted any more.
    mutating func distrust(_ worker: WorkerID) {
        for (training, job) in desk.jobs where job.contributors.contains(worker) {
            if job.checkpoint == nil {
                forgetState(of: training)
            } else {
                let name = peers[worker]?.name ?? "it"
                note("\(name) had a part in training \(job.name): its numbers are in doubt", .error)
            }
        }
    }

    private mutating func forgetState(of training: Digest) {
        guard let job = desk[training], let state = job.state else { return }
        note("the state of training \(job.name) at step \(state.stepsDone) is not used", .warning)
        models.remove(state)
        desk.change(training) { ($0.state, $0.contributors) = (nil, []) }
    }

    // What people see.

    /// How each training stands.
    func trainingStatus(_ progress: RunProgress) -> [TrainingStatus] {
        progress.trainings.compactMap { summary in
            guard let job = desk[summary.training] else { return nil }
            var status = TrainingStatus(model: job.name, state: TrainingStatus.State(summary.state))
            if let report = job.report {
                (status.stepsDone, status.steps) = (report.stepsDone, report.steps)
                status.loss = report.loss
                status.imagesPerSecond = report.imagesPerSecond
            }
            status.worker = summary.worker.flatMap { peers[$0]?.name } ?? ""
            return status
        }
    }

    /// What is known of the training of the model called `name`; nil when the run trains no such model.
    func explainTraining(_ name: String, _ number: UInt64) -> ControlReply? {
        let progress = core.progress(at: now)
        let found = progress.trainings.first { desk[$0.training]?.models.contains(name) == true }
        guard let found, let job = desk[found.training] else { return nil }
        let times = found.dispatches == 1 ? "once" : "\(found.dispatches) times"
        var lines = ["identity \(found.training)", "handed to a worker \(times)"]
        if let state = job.state { lines.append("the state at step \(state.stepsDone) is stored") }
        for failure in found.failures {
            let ago = HumanText.duration(.seconds(now.seconds(since: failure.ended)))
            lines.append("failed \(ago) ago: \(failure.attempt) on \(failure.host): \(failure.failure.explanation)")
        }
        let status = trainingStatus(progress).first { $0.model == job.name }
        return ControlReply(number: number, isAccepted: true, text: status?.line ?? job.name, lines: lines)
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
