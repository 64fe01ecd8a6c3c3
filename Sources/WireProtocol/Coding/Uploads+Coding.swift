// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension ArtifactReference {
    /// A file of a training.
    init(training proto: ProtoArtifactReference, _ field: StaticString) throws(WireError) {
        try self.init(proto, field)
        guard (1...WireLimits.trainingFileBytes).contains(bytes) else {
            let limit = WireLimits.trainingFileBytes
            throw .invalidField("\(field)", reason: "\(bytes) bytes; 1 to \(limit) are possible")
        }
    }
}

extension TrainingOffer {
    var proto: ProtoTrainingOffer {
        var proto = ProtoTrainingOffer()
        proto.attempt = attempt.proto
        proto.kind =
            switch kind {
            case .state: .state
            case .checkpoint: .checkpoint
            }
        proto.file = file.proto
        proto.steps = UInt64(clamping: stepsDone)
        return proto
    }

    init(_ proto: ProtoTrainingOffer) throws(WireError) {
        let kind: Kind
        switch proto.kind {
        case .state: kind = .state
        case .checkpoint: kind = .checkpoint
        case .unspecified, .UNRECOGNIZED:
            throw .invalidField("training_offer.kind", reason: "code \(proto.kind.rawValue) is unknown")
        }
        self.init(
            attempt: try TrainingAttempt(proto.attempt, "training_offer.attempt"),
            kind: kind,
            file: try ArtifactReference(training: proto.file, "training_offer.file"),
            stepsDone: try FieldCheck.steps(proto.steps, "training_offer.steps")
        )
    }
}

extension UploadReceipt {
    var proto: ProtoUploadReceipt {
        var proto = ProtoUploadReceipt()
        proto.digest = .init(digest.bytes)
        proto.bytes = UInt64(clamping: bytes)
        proto.stored = isStored
        return proto
    }

    init(_ proto: ProtoUploadReceipt) throws(WireError) {
        let limit = WireLimits.trainingFileBytes
        self.init(
            digest: try FieldCheck.digest(proto.digest, "upload_receipt.digest"),
            bytes: try FieldCheck.count(proto.bytes, "upload_receipt.bytes", limit: limit),
            isStored: proto.stored
        )
    }
}

extension TrainingStatus {
    var proto: ProtoSnapshot.Training {
        var proto = ProtoSnapshot.Training()
        proto.model = model
        proto.state = state.proto
        proto.stepsDone = UInt64(clamping: stepsDone)
        proto.steps = UInt64(clamping: steps)
        proto.loss = loss
        proto.imagesPerSecond = imagesPerSecond
        proto.worker = worker.cut(to: WireLimits.lineBytes)
        if let remainingSeconds { proto.remainingSeconds = min(remainingSeconds, Measured.seconds.upperBound) }
        return proto
    }

    init(_ proto: ProtoSnapshot.Training) throws(WireError) {
        guard let state = State.allCases.first(where: { $0.proto == proto.state }) else {
            throw .invalidField("snapshot.trainings.state", reason: "code \(proto.state.rawValue) is unknown")
        }
        self.init(model: try FieldCheck.name(proto.model, "snapshot.trainings.model"), state: state)
        steps = try FieldCheck.steps(proto.steps, "snapshot.trainings.steps")
        stepsDone = try FieldCheck.steps(proto.stepsDone, "snapshot.trainings.steps_done", limit: steps)
        loss = proto.loss
        imagesPerSecond = try FieldCheck.rate(proto.imagesPerSecond, "snapshot.trainings.images_per_second")
        worker = try FieldCheck.line(proto.worker, "snapshot.trainings.worker")
        if proto.hasRemainingSeconds {
            remainingSeconds = try FieldCheck.seconds(proto.remainingSeconds, "snapshot.trainings.remaining_seconds")
        }
    }
}

extension TrainingStatus.State {
    fileprivate var proto: ProtoSnapshot.Training.State {
        switch self {
        case .waiting: .trainingWaiting
        case .running: .trainingRunning
        case .finished: .trainingFinished
        case .failed: .trainingFailed
        }
    }
}
