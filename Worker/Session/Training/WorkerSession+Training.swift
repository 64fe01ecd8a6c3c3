// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Vocabulary
import WireProtocol

// What the engine's thread says and asks while it trains.
extension WorkerSession {
    /// What is wanted of the training that runs.
    var trainingInstruction: HeldTraining.Instruction { withState { $0.trainingInstruction } }

    /// Whether a file of the training is on its way.
    var isUploading: Bool { withState { $0.upload != nil } }

    /// Tells how far the training is.
    func report(stepsDone: Int, steps: Int, loss: Double, imagesPerSecond: Double, _ wake: () -> Void) {
        change(wake) {
            $0.report(stepsDone: stepsDone, steps: steps, loss: loss, imagesPerSecond: imagesPerSecond)
        }
    }

    /// Begins to hand a file of the training to the coordinator.
    func upload(_ kind: TrainingOffer.Kind, _ bytes: [UInt8], stepsDone: Int, _ wake: () -> Void) {
        let (digest, now) = (Digest(of: bytes[...]), now)
        change(wake) { $0.beginUpload(kind, bytes, digest: digest, stepsDone: stepsDone, at: now) }
    }

    /// Waits until the file is handed over; nil when nobody wants it any more.
    ///
    /// While there is no coordinator it waits: the next one wants the same model.
    func uploadEnd() -> Upload.End? {
        while isUploading { uploadEnded.wait() }
        return withState { $0.trainingInstruction == .drop ? nil : $0.uploadEnd }
    }

    /// Ends the training that runs.
    func endTraining(_ outcome: TrainingOutcome, log: [String], _ wake: () -> Void) {
        let now = now
        change(wake) { $0.endTraining(outcome, log: log, at: now) }
    }
}
