// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Scheduling
import Vocabulary

extension CellSpec {
    /// The cell in words.
    var caption: String { "\(model) on \(dataset), \(transform), seed \(seed)" }
}

extension ExternalModel {
    /// That nobody who is here can compute it, and what would help.
    var missingLine: String {
        "no worker offers \(caption); start one with: worker run --scorer \(scorer)='COMMAND'"
    }
}

extension CellExplanation {
    /// What is known of the cell, for people.
    func lines(at now: Instant, naming name: (WorkerID) -> String) -> [String] {
        var lines = [
            "images: \(images.recorded) recorded, \(images.recording) arriving, \(images.leased) with workers, "
                + "\(images.pending) waiting, \(images.failed) failed",
            isQueued ? "in the queue" : "nothing of it waits in the queue",
        ]
        if let unoffered { lines.append(unoffered.missingLine) }
        if checks > 0 { lines.append("checks by second workers that wait or run: \(grouped(checks))") }
        for attempt in attempts {
            let kind = attempt.isCheck ? "check of " : attempt.isSpeculative ? "copy of " : ""
            let age = HumanText.duration(.seconds(now.seconds(since: attempt.since)))
            let state = attempt.isRunning ? "running" : "waiting"
            lines.append(
                "\(state): \(kind)\(attempt.identity) at \(name(attempt.worker)) for \(age)"
                    + (attempt.isAdopted ? ", taken over from an earlier life" : "")
            )
        }
        return lines
            + FailureLines.grouped(failures, by: \.failure.explanation) { failure in
                let ago = HumanText.duration(.seconds(now.seconds(since: failure.ended)))
                return "\(ago) ago: \(failure.attempt) on \(failure.host)"
            }
    }
}
