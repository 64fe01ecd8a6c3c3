// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Logging
import SweepPlan
import WireProtocol
import ZeroMQ

/// The thread that computes: one attempt after the other, each from its assignment to its table.
struct EngineThread: Sendable {
    let session: WorkerSession
    let logger: Logger
    /// Hands a message to the socket's thread.
    let send: @Sendable (Message) -> Void

    /// Starts computing in a thread of its own, with an engine made there, until the process ends.
    func start(_ makeEngine: @escaping @Sendable () -> ShardEngine) {
        let thread = Thread {
            var engine = makeEngine()
            while true {
                session.work.wait()
                while let assignment = session.next() { compute(assignment, &engine) }
            }
        }
        thread.name = "engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func compute(_ assignment: Assignment, _ engine: inout ShardEngine) {
        let begun = ContinuousClock.now
        do {
            let table = try engine.score(ShardSpec(assignment), progress: { session.progress($0) })
            let seconds = begun.duration(to: .now) / .seconds(1)
            send(session.finish(ShardResult(attempt: assignment.attempt, table: table, computeSeconds: seconds)))
        } catch {
            logger.error("\(assignment.attempt): \(error)")
            send(
                session.fail(
                    ShardFailure(attempt: assignment.attempt, kind: ShardFailure.Kind(error), message: "\(error)")
                )
            )
        }
    }
}

extension ShardSpec {
    /// What an assignment asks for.
    fileprivate init(_ assignment: Assignment) {
        self.init(
            model: Model(
                location: ModelLocation(text: assignment.model.checkpoint),
                digest: assignment.model.digest,
                conditioning: assignment.model.conditioning
            ),
            dataset: Dataset(
                source: assignment.dataset.source,
                name: assignment.dataset.name,
                split: assignment.dataset.split,
                digest: assignment.dataset.digest
            ),
            transform: assignment.transform,
            seed: assignment.seed,
            indices: assignment.indices
        )
    }
}

extension ShardFailure.Kind {
    fileprivate init(_ error: EngineError) {
        switch error {
        case .model: self = .model
        case .data: self = .data
        case .unfit: self = .engine
        }
    }
}
