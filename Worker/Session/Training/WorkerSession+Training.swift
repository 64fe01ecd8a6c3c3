// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Vocabulary
import WireProtocol

// What the engine's thread says and asks while it trains.
extension WorkerSession {
    /// What is wanted of the training that runs.
    var trainingInstruction: HeldTraining.Instruction { withState { $0.training.instruction } }

    /// Whether a file of the training is on its way.
    var isUploading: Bool { withState { $0.training.isUploading } }

    /// Tells how far the training is.
    func report(_ report: TrainingReport, _ wake: () -> Void) {
        change(wake) { $0.report(report) }
    }

    /// Begins to hand a file of the training to the coordinator.
    func upload(_ file: TrainingFile, _ wake: () -> Void) {
        let now = now
        change(wake) { $0.beginUpload(file, at: now) }
    }

    /// Waits until the file is handed over; nil when nobody wants it any more.
    ///
    /// While there is no coordinator it waits: the next one wants the same model.
    func uploadEnd() -> TrainingUpload.End? {
        while isUploading { uploadEnded.wait() }
        return withState { $0.training.instruction == .drop ? nil : $0.training.uploadEnd }
    }

    /// Ends the training that runs.
    func endTraining(_ outcome: TrainingOutcome, log: [String], _ wake: () -> Void) {
        let now = now
        change(wake) { $0.endTraining(outcome, log: log, at: now) }
    }
}
