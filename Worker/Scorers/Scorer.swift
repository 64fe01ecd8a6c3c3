// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Logging
import Synchronization
import Vocabulary

/// One scorer of a worker: its process is kept alive, and started anew after a fault.
final class Scorer: Sendable {
    private struct State {
        var process: ScorerProcess?
        var isStopped = false
    }

    let command: ScorerCommand
    private let timeout: Duration
    private let logger: Logger
    /// Called now and then while the process works.
    private let passing: @Sendable () -> Void
    private let state = Mutex(State())

    init(_ command: ScorerCommand, timeout: Duration, logger: Logger, passing: @escaping @Sendable () -> Void = {}) {
        self.command = command
        self.timeout = timeout
        self.logger = logger
        self.passing = passing
    }

    /// Starts the process and waits for its greeting.
    ///
    /// - Throws: `ScorerFault`; nothing of the process is left then.
    func start() throws(ScorerFault) -> ScorerGreeting {
        if state.withLock({ $0.isStopped }) { throw .stopped }
        let (name, logger) = (command.name, logger)
        let process = try ScorerProcess(command.command) { logger.info("scorer \(name): \($0)") }
        let isWanted = state.withLock { state in
            if !state.isStopped { state.process = process }
            return !state.isStopped
        }
        do throws(ScorerFault) {
            guard isWanted else { throw .stopped }
            let bytes = try process.exchange(nil, limit: ScorerGreeting.limit, timeout: timeout, passing: passing)
            return try ScorerGreeting(bytes, name: name)
        } catch {
            process.end()
            state.withLock { $0.process = nil }
            throw error
        }
    }

    /// Has the running process score a batch; ends it where it does not do so rightly.
    func ask(_ batch: ExternalBatch, _ greeting: ScorerGreeting) throws(ScorerFault) -> ScorerAnswer {
        guard let process = state.withLock({ $0.process }) else { throw .ended("is not running") }
        let request = try batch.encoded(asBytes: greeting.takesBytes)
        do throws(ScorerFault) {
            let bytes = try process.exchange(request, limit: batch.answerLimit, timeout: timeout, passing: passing)
            return try ScorerAnswer(bytes, to: batch)
        } catch {
            if case .refused = error { throw error }
            endProcess()
            throw error
        }
    }

    /// Whether the process is running, as far as is known.
    var isRunning: Bool { state.withLock { $0.process != nil } }

    private func endProcess() {
        let process = state.withLock { state in
            defer { state.process = nil }
            return state.process
        }
        process?.end()
    }

    /// Ends the process for good.
    func stop() {
        state.withLock { $0.isStopped = true }
        endProcess()
    }
}

extension Scorer {
    /// The columns of a batch.
    ///
    /// After a fault the process is started anew and tried with images that any scorer can score. Where it fails at those
    /// too, it is this machine that fails, and nothing is held against the shard. Where it scores them and then fails at
    /// the batch again, the batch is what it cannot score.
    func columns(
        of batch: ExternalBatch,
        _ greeting: ScorerGreeting
    ) throws(EngineError) -> [ResultTable.Column] {
        if let misfit = greeting.misfit(batch.model) { throw .unfit("scorer '\(command.name)' \(misfit)") }
        var first: ScorerFault?
        if isRunning {
            do throws(ScorerFault) {
                return try ask(batch, greeting).columns
            } catch {
                first = error
                try stopAtOnce(error)
                logger.warning("scorer '\(command.name)' \(error); it is started again")
            }
        }
        try startAgain(after: first, greeting, batch.model)
        do throws(ScorerFault) {
            return try ask(batch, greeting).columns
        } catch {
            try stopAtOnce(error)
            throw .unfit("scorer '\(command.name)', which scores other images, \(error)")
        }
    }

    /// Ends the attempt where another would end alike.
    private func stopAtOnce(_ fault: ScorerFault) throws(EngineError) {
        switch fault {
        case .stopped: throw .cancelled
        case .refused: throw .unfit("scorer '\(command.name)' \(fault)")
        case .ended, .late, .malformed: break
        }
    }

    private func startAgain(
        after fault: ScorerFault?,
        _ greeting: ScorerGreeting,
        _ model: ExternalModel
    ) throws(EngineError) {
        do throws(ScorerFault) {
            let now = try start()
            guard now.offer == greeting.offer else {
                endProcess()
                let change = "is \(now.offer.caption) now, and was \(greeting.offer.caption)"
                throw .malformed("\(change); start the worker again")
            }
            _ = try ask(.probe(of: model), greeting)
        } catch {
            try stopAtOnce(error)
            let before = fault.map { "\($0), and started again it " } ?? ""
            throw .scorer("scorer '\(command.name)' \(before)\(error)")
        }
    }
}
