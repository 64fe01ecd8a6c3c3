// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Logging
import Synchronization
import Vocabulary

/// The scorers of a worker, all of them started and greeted.
final class ScorerSet: ExternalScorers {
    private let scorers: [(scorer: Scorer, greeting: ScorerGreeting)]
    private let ticks: Ticks

    /// Counts while a scorer works, so that its worker is seen to get on for as long as the scorer may take.
    private final class Ticks: Sendable {
        let count = Atomic<UInt64>(0)
    }

    /// Starts the scorers of the command line.
    ///
    /// - Throws: `CommandFailure` with the scorer that cannot be started.
    init(_ options: ScorerOptions, logger: Logger) throws {
        let ticks = Ticks()
        self.ticks = ticks
        var started: [(scorer: Scorer, greeting: ScorerGreeting)] = []
        do {
            for command in options.commands {
                let scorer = Scorer(command, timeout: options.scorerTimeout.duration, logger: logger) {
                    ticks.count.add(1, ordering: .relaxed)
                }
                do throws(ScorerFault) {
                    started.append((scorer, try scorer.start()))
                } catch {
                    throw CommandFailure.failed("scorer '\(command.name)' \(error); 'worker doctor' tries it")
                }
            }
        } catch {
            for (scorer, _) in started { scorer.stop() }
            throw error
        }
        scorers = started
        for (_, greeting) in started { logger.info("scorer \(greeting.offer.caption) is ready") }
    }

    /// What the coordinator is told.
    var offers: [ScorerOffer] { scorers.map(\.greeting.offer) }

    /// Grows while a scorer works.
    var activity: UInt64 { ticks.count.load(ordering: .relaxed) }

    func batchSize(for model: ExternalModel) -> Int { found(model)?.greeting.batch ?? ScorerGreeting.standardBatch }

    func columns(of batch: ExternalBatch) throws(EngineError) -> [ResultTable.Column] {
        guard let (scorer, greeting) = found(batch.model) else {
            throw .scorer("this worker has no scorer '\(batch.model.scorer)'; start it with --scorer")
        }
        return try scorer.columns(of: batch, greeting)
    }

    private func found(_ model: ExternalModel) -> (scorer: Scorer, greeting: ScorerGreeting)? {
        scorers.first { $0.scorer.command.name == model.scorer }
    }

    /// Ends their processes.
    func stop() {
        for (scorer, _) in scorers { scorer.stop() }
    }
}
