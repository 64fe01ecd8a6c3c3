// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

extension RandomMessages {
    mutating func trainingAttempt() -> TrainingAttempt {
        TrainingAttempt(training: digest(), number: UInt32(1 + below(1 << 31)), epoch: word())
    }

    mutating func training() -> TrainingAssignment {
        TrainingAssignment(
            attempt: trainingAttempt(),
            model: name(),
            recipe: "version: 1\r\n" + text(),
            dataset: assignment().spec.dataset,
            state: flip() ? trainingFile() : nil
        )
    }

    mutating func trainingFile() -> ArtifactReference {
        ArtifactReference(digest: digest(), bytes: 1 + below(WireLimits.trainingFileBytes))
    }

    mutating func trainingOffer() -> TrainingOffer {
        TrainingOffer(
            attempt: trainingAttempt(),
            kind: flip() ? .state : .checkpoint,
            file: trainingFile(),
            stepsDone: below(1 << 40)
        )
    }

    mutating func trainingProgress() -> TrainingReport {
        let steps = below(1 << 30)
        return TrainingReport(
            attempt: trainingAttempt(),
            stepsDone: below(steps + 1),
            steps: steps,
            loss: flip() ? Double(below(1000)) / 7 : -.infinity,
            imagesPerSecond: Double(below(1000)) / 3
        )
    }

    mutating func trainingEnd() -> TrainingEnd {
        let reason = TrainingEnd.Reason.allCases.randomElement(using: &generator) ?? .failed
        return TrainingEnd(
            attempt: trainingAttempt(),
            reason: reason,
            message: text(),
            log: (0..<below(6)).map { _ in text() }
        )
    }

    mutating func uploadReceipt() -> UploadReceipt {
        UploadReceipt(digest: digest(), bytes: below(WireLimits.trainingFileBytes), isStored: flip())
    }

    mutating func trainingStatus() -> TrainingStatus {
        var status = TrainingStatus(
            model: name(),
            state: TrainingStatus.State.allCases.randomElement(using: &generator) ?? .waiting
        )
        status.steps = below(1 << 40)
        status.stepsDone = below(status.steps + 1)
        status.loss = Double(below(1000)) / 7
        status.imagesPerSecond = Double(below(1000)) / 3
        status.worker = flip() ? name() : ""
        status.remainingSeconds = flip() ? Double(below(1 << 20)) / 3 : nil
        return status
    }
}
