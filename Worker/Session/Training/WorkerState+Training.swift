// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

// The training that this worker has, its files on their way to the coordinator, and how it ends.
extension WorkerState {
    // What the coordinator says.

    /// Takes a training, unless the worker leaves; there is one at a time, and the coordinator's last word holds.
    mutating func take(_ assignment: TrainingAssignment, at now: Duration) -> [Effect] {
        guard leaving == nil else {
            return [.send(.trainingEnd(TrainingEnd(attempt: assignment.attempt, reason: .handedBack)))]
        }
        if let held = training, held.isBegun {
            guard held.assignment.attempt.training == assignment.attempt.training, held.instruction == .goOn else {
                // Begun when the engine has dropped the one that it has.
                followingTraining = assignment
                return dropTraining()
            }
            // The same weights, whatever the attempt is called.
            training?.assignment.attempt = assignment.attempt
            upload?.rename(assignment.attempt)
            return offerAgain(at: now)
        }
        training = HeldTraining(assignment: assignment)
        return [.work]
    }

    /// The coordinator wants the training back, with its state or without.
    mutating func stopTraining(_ attempt: TrainingAttempt, saves: Bool) -> [Effect] {
        if followingTraining?.attempt == attempt { followingTraining = nil }
        guard training?.assignment.attempt == attempt else { return [] }
        return (saves ? returnTraining() : dropTraining()) + endIfDone()
    }

    /// Has the state saved and the training handed back, or hands it back at once when it is not begun.
    mutating func returnTraining() -> [Effect] {
        guard let held = training else { return [] }
        followingTraining = nil
        guard held.isBegun else {
            training = nil
            let end = TrainingEnd(attempt: held.assignment.attempt, reason: .handedBack)
            if case .joined = phase { return [.send(.trainingEnd(end))] }
            ends.append(end)
            return []
        }
        if held.instruction == .goOn { training?.instruction = .save }
        // A file that is still fetched would only delay it.
        return [.fetch(.abandoned)]
    }

    private mutating func dropTraining() -> [Effect] {
        guard training?.isBegun == true else {
            training = nil
            return []
        }
        training?.instruction = .drop
        upload = nil
        return [.fetch(.abandoned), .uploadEnded]
    }

    /// Forgets the training of a coordinator that is gone.
    mutating func abandonTraining() -> [Effect] {
        (followingTraining, ends) = (nil, [])
        return dropTraining()
    }

    /// Sends the part of the file that the coordinator wants, or notes that it has all.
    mutating func take(_ receipt: UploadReceipt, at now: Duration) -> [Effect] {
        guard let offer = upload?.offer, receipt.digest == offer.file.digest else { return [] }
        if receipt.isStored { return endUpload(.stored) }
        return upload?.part(after: receipt, at: now).map { [.send(.uploadChunk($0))] } ?? []
    }

    mutating func take(refused refusal: ArtifactRefusal) -> [Effect] {
        upload?.offer.file.digest == refusal.digest ? endUpload(.refused(refusal.reason)) : []
    }

    private mutating func endUpload(_ end: Upload.End) -> [Effect] {
        upload = nil
        uploadEnd = end
        return [.uploadEnded]
    }

    /// What a coordinator that has just welcomed the worker must hear again.
    mutating func offerAgain(at now: Duration) -> [Effect] {
        upload?.beginAgain(at: now)
        return upload.map { [.send(.trainingOffer($0.offer))] } ?? []
    }

    /// The offer again, when nobody answered for long.
    mutating func offerIfDue(at now: Duration) -> [Effect] {
        guard upload?.isOfferDue(at: now) == true, let upload else { return [] }
        return [.send(.trainingOffer(upload.offer))]
    }

    // What the engine does.

    /// The training, which counts as begun from now; nil when there is none that waits.
    mutating func nextTraining() -> TrainingAssignment? {
        guard let held = training, !held.isBegun else { return nil }
        training?.isBegun = true
        return held.assignment
    }

    /// What is wanted of the training that runs.
    var trainingInstruction: HeldTraining.Instruction { training?.instruction ?? .drop }

    /// How far the training is, for a coordinator that is there.
    func report(stepsDone: Int, steps: Int, loss: Double, imagesPerSecond: Double) -> [Effect] {
        guard let held = training, case .joined = phase else { return [] }
        let report = TrainingReport(
            attempt: held.assignment.attempt,
            stepsDone: stepsDone,
            steps: steps,
            loss: loss,
            imagesPerSecond: imagesPerSecond
        )
        return [.send(.trainingProgress(report))]
    }

    /// Begins to hand a file of the training to the coordinator.
    mutating func beginUpload(
        _ kind: TrainingOffer.Kind,
        _ bytes: [UInt8],
        digest: Digest,
        stepsDone: Int,
        at now: Duration
    ) -> [Effect] {
        guard let held = training, held.instruction != .drop else { return [] }
        let offer = TrainingOffer(
            attempt: held.assignment.attempt,
            kind: kind,
            file: ArtifactReference(digest: digest, bytes: bytes.count),
            stepsDone: stepsDone
        )
        upload = Upload(offer, bytes, at: now)
        uploadEnd = nil
        if case .joined = phase { return [.send(.trainingOffer(offer))] }
        return []
    }

    /// Ends the training that runs.
    mutating func endTraining(_ outcome: TrainingOutcome, log: [String], at now: Duration) -> [Effect] {
        guard let held = training else { return endIfDone() }
        (training, upload) = (nil, nil)
        var effects: [Effect] = []
        if case .ended(let reason, let message) = outcome, held.instruction != .drop {
            var end = TrainingEnd(attempt: held.assignment.attempt, reason: reason, message: message)
            if reason != .handedBack { end.log = log }
            if case .joined = phase { effects.append(.send(.trainingEnd(end))) } else { ends.append(end) }
        }
        if let following = followingTraining {
            followingTraining = nil
            effects += take(following, at: now)
        }
        return effects + endIfDone()
    }

    /// The attempt that a coordinator should take the worker to have.
    var attemptAtTraining: TrainingAttempt? {
        guard let held = training, held.instruction != .drop else { return ends.first?.attempt }
        return held.assignment.attempt
    }
}
