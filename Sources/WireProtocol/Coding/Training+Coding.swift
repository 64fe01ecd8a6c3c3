// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension TrainingAttempt {
    var proto: ProtoTrainingAttempt {
        var proto = ProtoTrainingAttempt()
        proto.training = .init(training.bytes)
        proto.number = number
        proto.epoch = epoch
        return proto
    }

    init(_ proto: ProtoTrainingAttempt, _ field: StaticString) throws(WireError) {
        guard proto.number > 0 else { throw .invalidField("\(field)", reason: "attempts are counted from 1") }
        self.init(
            training: try FieldCheck.digest(proto.training, field),
            number: proto.number,
            epoch: proto.epoch
        )
    }
}

extension TrainingAssignment {
    var proto: ProtoTrain {
        precondition(recipe.utf8.count <= WireLimits.recipeBytes, "longer recipes are refused before a run begins")
        var proto = ProtoTrain()
        proto.attempt = attempt.proto
        proto.model = model
        proto.recipe = recipe
        proto.dataset = dataset.proto
        if let state { proto.state = state.proto }
        if let mark { proto.mark = Data(mark) }
        return proto
    }

    init(_ proto: ProtoTrain) throws(WireError) {
        guard (1...WireLimits.recipeBytes).contains(proto.recipe.utf8.count) else {
            let limit = WireLimits.recipeBytes
            throw .invalidField("train.recipe", reason: "\(proto.recipe.utf8.count) bytes; 1 to \(limit) are accepted")
        }
        self.init(
            attempt: try TrainingAttempt(proto.attempt, "train.attempt"),
            model: try FieldCheck.name(proto.model, "train.model"),
            recipe: proto.recipe,
            dataset: try DatasetSpec(proto.dataset),
            state: proto.hasState ? try ArtifactReference(training: proto.state, "train.state") : nil
        )
        mark = try Grant.optionalMark(proto.mark, "train.mark")
    }
}

extension TrainingReport {
    var proto: ProtoTrainingProgress {
        var proto = ProtoTrainingProgress()
        proto.attempt = attempt.proto
        proto.stepsDone = UInt64(clamping: stepsDone)
        proto.steps = UInt64(clamping: steps)
        proto.loss = loss
        proto.imagesPerSecond = imagesPerSecond
        return proto
    }

    init(_ proto: ProtoTrainingProgress) throws(WireError) {
        let steps = try FieldCheck.steps(proto.steps, "training_progress.steps")
        self.init(
            attempt: try TrainingAttempt(proto.attempt, "training_progress.attempt"),
            stepsDone: try FieldCheck.steps(proto.stepsDone, "training_progress.steps_done", limit: steps),
            steps: steps,
            loss: proto.loss,
            imagesPerSecond: try FieldCheck.rate(proto.imagesPerSecond, "training_progress.images_per_second")
        )
    }
}

extension TrainingEnd {
    var proto: ProtoTrainingEnd {
        var proto = ProtoTrainingEnd()
        proto.attempt = attempt.proto
        proto.reason =
            switch reason {
            case .failed: .failed
            case .handedBack: .handedBack
            case .hopeless: .hopeless
            case .unusableState: .unusableState
            case .surroundings: .surroundings
            }
        proto.message = message.cut()
        proto.log = log.suffix(WireLimits.logLines).map { $0.cut(to: WireLimits.lineBytes) }
        return proto
    }

    init(_ proto: ProtoTrainingEnd) throws(WireError) {
        let reason: Reason =
            switch proto.reason {
            case .failed, .UNRECOGNIZED: .failed
            case .handedBack: .handedBack
            case .hopeless: .hopeless
            case .unusableState: .unusableState
            case .surroundings: .surroundings
            }
        var log: [String] = []
        for line in try FieldCheck.list(proto.log, "training_end.log", limit: WireLimits.logLines) {
            log.append(try FieldCheck.text(line, "training_end.log", limit: WireLimits.lineBytes))
        }
        self.init(
            attempt: try TrainingAttempt(proto.attempt, "training_end.attempt"),
            reason: reason,
            message: try FieldCheck.text(proto.message, "training_end.message"),
            log: log
        )
    }
}

extension ProtoTrainingStop {
    init(_ attempt: TrainingAttempt, saves: Bool) {
        self.init()
        self.attempt = attempt.proto
        self.saves = saves
    }
}
