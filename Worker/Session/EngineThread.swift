// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Logging
import Logs
import Vocabulary
import WireProtocol
import ZeroMQ

/// The thread that computes: one attempt after the other, each from its assignment to its table, or a training.
struct EngineThread: Sendable {
    /// Turns an assignment into its table; told by the second argument, after some images, whether to go on.
    typealias Score = (Assignment, (Int) -> Bool) throws -> ResultTable
    /// Trains a model until that is done or not wanted any more.
    typealias Train = (TrainingAssignment) -> TrainingOutcome

    let session: WorkerSession
    let log: LogTail
    let logger: Logger
    /// Wakes the socket's thread.
    let wake: @Sendable () -> Void

    /// Starts computing in a thread of its own, with an engine made there, until the process ends.
    func start(_ makeEngine: @escaping @Sendable () -> (score: Score, train: Train)) {
        let thread = Thread {
            let engine = makeEngine()
            while true {
                switch session.next(wake) {
                case .shard(let assignment): compute(assignment, engine.score)
                case .training(let assignment): session.endTraining(engine.train(assignment), log: log.lines, wake)
                }
            }
        }
        thread.name = "engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func compute(_ assignment: Assignment, _ score: Score) {
        let wakes: Bool
        do {
            wakes = session.finish(try score(assignment) { session.progress($0) })
        } catch EngineError.cancelled {
            wakes = session.giveUp()
        } catch {
            logger.error("\(error)", metadata: assignment.metadata)
            wakes = session.fail(
                ShardFailure(
                    attempt: assignment.attempt,
                    kind: ShardFailure.Kind(error),
                    isOfSurroundings: (error as? EngineError)?.isOfSurroundings ?? false,
                    message: "\(error)",
                    log: log.lines
                )
            )
        }
        if wakes { wake() }
    }
}

extension Assignment {
    /// What log lines about it carry.
    var metadata: Logger.Metadata {
        let shard = attempt.shard
        return [
            "attempt": "\(attempt.attempt)", "cell": "\(shard.cell)", "images": "\(shard.lower)..<\(shard.upper)",
            "model": "\(spec.model.name)", "dataset": "\(spec.dataset.name)",
        ]
    }
}

extension ShardFailure.Kind {
    fileprivate init(_ error: any Error) {
        self =
            switch error as? EngineError {
            case .model, .changedModel, .scorer: .model
            case .data, .changedData: .data
            case .memory: .outOfMemory
            case .unfit, .cancelled, nil: .engine
            }
    }
}
