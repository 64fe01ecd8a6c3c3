// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// The training that the coordinator gave to this worker, its file on its way there, and how it ends.
///
/// There is one at a time, and the coordinator's last word holds. What cannot be said because no coordinator has welcomed
/// the worker is said again by `offerAgain` and `takeEnds`.
struct HeldTraining {
    /// What the coordinator wants of the training.
    enum Instruction: Sendable {
        case goOn
        /// Its state, and the training back.
        case save
        /// Nothing more.
        case drop
    }

    private struct Current {
        var assignment: TrainingAssignment
        var isBegun = false
        var stepsDone = 0
        var instruction = Instruction.goOn
    }

    private var current: Current?
    /// What takes the place of `current` when the engine has dropped that.
    private var following: TrainingAssignment?
    private var upload: TrainingUpload?
    /// How the last file's way to the coordinator ended.
    private(set) var uploadEnd: TrainingUpload.End?
    /// Ends that the coordinator has not heard of.
    private var ends: [TrainingEnd] = []

    /// Whether there is no training.
    var isEmpty: Bool { current == nil }

    /// What is wanted of the training that runs.
    var instruction: Instruction { current?.instruction ?? .drop }

    /// The attempt that the engine has begun.
    var begun: TrainingAttempt? { current.flatMap { $0.isBegun ? $0.assignment.attempt : nil } }

    /// Steps of it that are done, as far as the engine has told.
    var stepsDone: Int { current?.stepsDone ?? 0 }

    /// Notes how many steps are done.
    mutating func noteSteps(_ steps: Int) { current?.stepsDone = steps }

    /// Whether a file is on its way.
    var isUploading: Bool { upload != nil }

    /// The attempt that a coordinator should take the worker to have.
    var attempt: TrainingAttempt? {
        guard let current, current.instruction != .drop else { return ends.first?.attempt }
        return current.assignment.attempt
    }

    /// What shows that the attempt was given to this worker.
    var mark: [UInt8]? {
        guard let current, current.instruction != .drop else { return nil }
        return current.assignment.mark
    }

    // What the coordinator says.

    /// Takes a training.
    mutating func take(_ assignment: TrainingAssignment, at now: Duration) -> [SessionState.Effect] {
        if let held = current, held.isBegun {
            guard held.assignment.attempt.training == assignment.attempt.training, held.instruction == .goOn else {
                following = assignment
                return drop()
            }
            // The same weights, whatever the attempt is called.
            current?.assignment.attempt = assignment.attempt
            current?.assignment.mark = assignment.mark
            upload?.rename(assignment.attempt)
            return offerAgain(at: now)
        }
        current = Current(assignment: assignment)
        return [.work]
    }

    /// The coordinator wants the training back, with its state or without; nil when the attempt is not the present one.
    mutating func stop(_ attempt: TrainingAttempt, saves: Bool, isJoined: Bool) -> [SessionState.Effect]? {
        if following?.attempt == attempt { following = nil }
        guard current?.assignment.attempt == attempt else { return nil }
        return saves ? giveBack(isJoined: isJoined) : drop()
    }

    /// Has the state saved and the training handed back, or hands it back at once when it is not begun.
    mutating func giveBack(isJoined: Bool) -> [SessionState.Effect] {
        guard let held = current else { return [] }
        following = nil
        guard held.isBegun else {
            current = nil
            return end(TrainingEnd(attempt: held.assignment.attempt, reason: .handedBack), isJoined: isJoined)
        }
        if held.instruction == .goOn { current?.instruction = .save }
        // A file that is still fetched would only delay it.
        return [.fetch(.abandoned)]
    }

    /// Forgets the training of a coordinator that is gone.
    mutating func abandon() -> [SessionState.Effect] {
        (following, ends) = (nil, [])
        return drop()
    }

    private mutating func drop() -> [SessionState.Effect] {
        guard current?.isBegun == true else {
            current = nil
            return []
        }
        current?.instruction = .drop
        upload = nil
        return [.fetch(.abandoned), .uploadEnded]
    }

    /// Sends the part of the file that the coordinator wants, or notes that it has all.
    mutating func take(_ receipt: UploadReceipt, at now: Duration) -> [SessionState.Effect] {
        guard let offer = upload?.offer, receipt.digest == offer.file.digest else { return [] }
        if receipt.isStored { return endUpload(.stored) }
        return upload?.part(after: receipt, at: now).map { [.send(.uploadChunk($0))] } ?? []
    }

    /// The coordinator does not want the file.
    mutating func take(_ refusal: ArtifactRefusal) -> [SessionState.Effect] {
        upload?.offer.file.digest == refusal.digest ? endUpload(.refused(refusal.reason)) : []
    }

    private mutating func endUpload(_ end: TrainingUpload.End) -> [SessionState.Effect] {
        upload = nil
        uploadEnd = end
        return [.uploadEnded]
    }

    // What the coordinator is told.

    /// What a coordinator that has just welcomed the worker must hear again of the file.
    mutating func offerAgain(at now: Duration) -> [SessionState.Effect] {
        upload?.beginAgain(at: now)
        return upload.map { [.send(.trainingOffer($0.offer))] } ?? []
    }

    /// The offer again, when nobody answered for long.
    mutating func offerIfDue(at now: Duration) -> [SessionState.Effect] {
        guard upload?.isOfferDue(at: now) == true, let upload else { return [] }
        return [.send(.trainingOffer(upload.offer))]
    }

    /// Ends that the coordinator has not heard of.
    mutating func takeEnds() -> [WorkerMessage] {
        defer { ends = [] }
        return ends.map { .trainingEnd($0) }
    }

    private mutating func end(_ end: TrainingEnd, isJoined: Bool) -> [SessionState.Effect] {
        if isJoined { return [.send(.trainingEnd(end))] }
        ends.append(end)
        return []
    }

    // What the engine does.

    /// The training, which counts as begun from now; nil when there is none that waits.
    mutating func begin() -> TrainingAssignment? {
        guard let held = current, !held.isBegun else { return nil }
        current?.isBegun = true
        return held.assignment
    }

    /// How far the training is, as its coordinator is told: the attempt may have another name by now.
    func renamed(_ report: TrainingReport) -> TrainingReport? {
        guard let current else { return nil }
        var report = report
        report.attempt = current.assignment.attempt
        return report
    }

    /// Begins to hand a file to the coordinator.
    mutating func beginUpload(_ file: TrainingFile, at now: Duration, isJoined: Bool) -> [SessionState.Effect] {
        guard let held = current, held.instruction != .drop else { return [] }
        let offer = TrainingOffer(
            attempt: held.assignment.attempt,
            kind: file.kind,
            file: ArtifactReference(digest: file.digest, bytes: file.bytes.count),
            stepsDone: file.stepsDone
        )
        upload = TrainingUpload(offer, file.bytes, at: now)
        uploadEnd = nil
        return isJoined ? [.send(.trainingOffer(offer))] : []
    }

    /// Ends the training that runs, and takes the one that follows it.
    mutating func end(
        _ outcome: TrainingOutcome,
        log: [String],
        at now: Duration,
        isJoined: Bool
    ) -> [SessionState.Effect] {
        guard let held = current else { return [] }
        (current, upload) = (nil, nil)
        var effects: [SessionState.Effect] = []
        if case .ended(let reason, let message) = outcome, held.instruction != .drop {
            var ending = TrainingEnd(attempt: held.assignment.attempt, reason: reason, message: message)
            if reason != .handedBack { ending.log = log }
            effects += end(ending, isJoined: isJoined)
        }
        if let next = following {
            following = nil
            effects += take(next, at: now)
        }
        return effects
    }
}

/// How a training ended at this worker.
enum TrainingOutcome: Hashable, Sendable {
    /// The model is stored, or nobody wants it.
    case done
    /// Without a model.
    case ended(TrainingEnd.Reason, String)
}

/// A file that the engine has made of a training.
struct TrainingFile: Sendable {
    let kind: TrainingOffer.Kind
    let bytes: [UInt8]
    let digest: Digest
    /// Steps that were done when it was made.
    let stepsDone: Int

    /// Digests `bytes`.
    init(_ kind: TrainingOffer.Kind, _ bytes: [UInt8], stepsDone: Int) {
        self.kind = kind
        self.bytes = bytes
        self.stepsDone = stepsDone
        digest = Digest(of: bytes[...])
    }
}
