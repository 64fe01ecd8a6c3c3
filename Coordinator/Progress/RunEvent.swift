// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Reporting
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// The lines of `coordinator run --json`; each object names itself in `event`.
enum RunEvent {
    struct Begun: Encodable {
        var event = "begun"
        var run: String
        var store: String
        var endpoint: String
        /// Where other machines reach it, best first.
        var reachable: [String]
        var cells: Int
        /// What is another way than the sweep file says, as options of a command line.
        var settings: [String]
    }

    struct Notice: Encodable {
        var event = "notice"
        var notice: String
    }

    struct Progress: Encodable {
        var event = "progress"
        var images: Int
        var done: Int
        var cached: Int
        var failed: Int
        var cells: Int
        var cellsDone: Int
        var imagesPerSecond: Double
        var secondsRemaining: Double?
        var workers: Int
        /// Audits that wait for a worker of another key and host while nothing else is left; nil otherwise.
        var waitingAudits: Int?
        var trainings: [Training]
        /// What keeps workers from computing.
        var troubles: [WorkerTrouble]
        /// Whether nobody is here who could compute.
        var isWaiting: Bool
        /// Why shards were given up, the most frequent reason first.
        var failures: [FailureCount]

        /// A training of the run.
        struct Training: Encodable {
            var model: String
            var state: String
            var stepsDone: Int
            var steps: Int
            var loss: Double?
            var imagesPerSecond: Double
            var secondsRemaining: Double?
        }

        init(_ status: RunStatus.Value) {
            let progress = status.progress
            let audits = status.audits
            waitingAudits = audits.isWaiting ? audits.audits.missing : nil
            images = progress.images.total
            done = progress.images.done
            cached = progress.images.cached
            failed = progress.images.failed
            cells = progress.cells.total
            cellsDone = progress.cells.recorded
            imagesPerSecond = progress.imagesPerSecond
            secondsRemaining = progress.secondsRemaining
            workers = progress.workers.count
            trainings = status.trainings.map(Training.init)
            troubles = status.workers.troubles
            failures = status.failures
            isWaiting = !progress.workers.contains(where: \.isOfUse)
        }
    }

    struct Ended: Encodable {
        var event = "ended"
        var run: String
        var state: String
        var images: Int
        var done: Int
        var computed: Int
        var cached: Int
        var failed: Int
        var failedShards: Int
        var cells: Int
        var cachedCells: Int
        var seconds: Double
        var duplicates: Int
        var mismatches: Int
        var requeues: Int
        var audits: Int
        var auditsMissing: Int
        var disputedShards: Int
        var speculations: Int
        var quarantines: Int
        /// Why, where it is no ordinary ending.
        var error: String?
        /// Lines of output and of log that could not be written.
        var lostLines: Int

        init(
            _ run: String,
            _ ending: CoordinatorLoop.Ending,
            _ progress: RunProgress,
            _ report: AuditReport,
            failedShards: Int
        ) {
            self.run = run
            state = ending.word
            error = ending.problem
            images = progress.images.total
            done = progress.images.done
            computed = progress.images.recorded
            cached = progress.images.cached
            failed = progress.images.failed
            self.failedShards = failedShards
            cells = progress.cells.total
            cachedCells = progress.cells.cached
            seconds = progress.elapsedSeconds
            duplicates = progress.counts.duplicates
            mismatches = progress.counts.mismatches
            requeues = progress.counts.requeues
            audits = report.audits.done
            auditsMissing = report.audits.missing
            disputedShards = report.disputedShards
            speculations = progress.counts.speculations
            quarantines = progress.counts.quarantines
            lostLines = TextOutput.lostLines
        }
    }
}

extension RunEvent {
    /// The last line where no run was begun.
    struct NotBegun: Encodable {
        var event = "ended"
        var state = "not-begun"
        var error: String
    }
}

extension RunProgress {
    /// That images wait for a scorer that nobody here has; nil where none do.
    var waitingForScorers: String? {
        if unoffered.isEmpty { return nil }
        return "no worker offers \(unoffered.map(\.caption).joined(separator: ", "))"
    }
}

extension ProgressLine {
    /// The line for where a run stands.
    init(_ status: RunStatus.Value) {
        let progress = status.progress
        self.init(
            doneImages: progress.images.done,
            images: progress.images.total,
            imagesPerSecond: progress.imagesPerSecond > 0 ? progress.imagesPerSecond : nil,
            remaining: progress.secondsRemaining.map { .believable($0) },
            workers: progress.workers.count,
            doneCells: progress.cells.recorded,
            cells: progress.cells.total,
            failedShards: progress.counts.failedShards,
            current: status.audits.waitingLine ?? progress.waitingForScorers ?? status.trainings.words,
            trouble: status.failures.trouble(beside: status.workers)
        )
    }
}

extension RunEvent.Progress.Training {
    init(_ status: TrainingStatus) {
        self.init(
            model: status.model,
            state: status.state.rawValue,
            stepsDone: status.stepsDone,
            steps: status.steps,
            loss: status.loss.isFinite && status.stepsDone > 0 ? status.loss : nil,
            imagesPerSecond: status.imagesPerSecond,
            secondsRemaining: status.remainingSeconds
        )
    }
}
