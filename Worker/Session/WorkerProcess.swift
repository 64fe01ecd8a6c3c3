// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Foundation
import Kernels
import Keyring
import Logging
import Logs
import UnixSignals
import Vocabulary
import WireProtocol
import ZeroMQ

/// Everything that `worker run` is made of: the socket's thread, the engine's thread, and the signals.
struct WorkerProcess {
    private let options: JoinCommand
    private let coordinator: CoordinatorAccess
    private let kernels: KernelSet
    private let threads: Int
    private let pool: WorkPool
    private let library: DatasetLibrary
    private let cache: ArtifactCache?
    private let log = LogTail(limit: WireLimits.logLines)
    private let logger: Logger
    private let session: WorkerSession
    private let scorers: ScorerSet

    /// A worker that is not connected yet; its scorers are started.
    ///
    /// - Throws: what is wrong with the options or the environment.
    init(_ options: JoinCommand, environment: [String: String]) throws {
        self.options = options
        coordinator = try options.connection.access()
        kernels = try options.compute.kernels()
        threads = options.compute.threadCount
        try options.compute.requireThreads()
        let pool = WorkPool(threads: threads)
        self.pool = pool
        let folders = UserFolders(environment)
        library = options.data.library(folders)
        cache = options.cache.directory(folders).map {
            ArtifactCache(directory: $0, limit: options.cache.cacheLimit.bytes)
        }
        let log = log
        var handler = LineLogHandler(label: "worker", format: options.logFormat, now: { Date() }) { text, line in
            log.append(text)
            Terminal.error.tell("\(text)\n", lossLine: line)
        }
        handler.logLevel = options.logLevel
        logger = Logger(label: "worker") { [handler] _ in handler }
        let scorers = try ScorerSet(options.scorers, logger: logger)
        self.scorers = scorers
        var introduction = Hello(
            measuredAs: NumericsIdentity(measuredWith: kernels),
            threads: threads,
            instructionSet: "\(kernels.instructionSet)"
        )
        introduction.scorers = scorers.offers
        session = WorkerSession(
            introduction: introduction,
            walltime: options.walltime.map { Walltime(limit: $0.duration) },
            idleTimeout: options.idleTimeout?.duration,
            isForOneRun: options.oneRun,
            parent: options.parent,
            logger: logger,
            activity: { UInt64(pool.finishedCalls) &+ scorers.activity }
        )
    }

    /// Works until it is refused, or asked to leave and done.
    func run() async throws -> WorkerEnding {
        defer { scorers.stop() }
        let socket = try connectSocket()
        let computing = "\(counted(threads, "thread"))\(options.compute.threadReason) on \(kernels.instructionSet)"
        logger.info("connecting to \(coordinator.endpoints) with \(computing)")
        let share = shareProcessors()
        defer { extendLifetime(share) }
        tellOfCache()
        startEngine { socket.wake() }
        let ending = await ending { socket.wake() }
        for message in session.farewell("the worker stops") { _ = socket.send(message) }
        socket.stop()
        return ending
    }

    /// Computes on no more processors than other workers of this machine leave, for as long as the result lives.
    private func shareProcessors() -> HostShare? {
        guard let cache, let processors = ProcessorGroup.own else { return nil }
        let wish = options.compute.threads.map { HostShare.Wish.fixed($0) } ?? .rest
        let share = HostShare(folder: cache.directory, processors: processors, wish: wish)
        share?.keep(pool, logger)
        return share
    }

    /// Says at once what will keep fetched files from being kept: not every run needs any.
    private func tellOfCache() {
        let check = CacheCheck(directory: cache?.directory, limit: 0, dataFolders: [], probeBytes: 4096)
        if let problem = check.problem { logger.warning("\(problem); work that needs such files is handed back") }
    }

    private func startEngine(_ wake: @escaping @Sendable () -> Void) {
        EngineThread(session: session, log: log, logger: logger, wake: wake).start {
            [library, kernels, pool, session, cache, logger, scorers] in
            var engine = ShardEngine(
                library: library,
                kernels: kernels,
                pool: pool,
                freeMemory: { FreeMemory().bytes() },
                isLoading: { logger.info("\($0)") },
                scorers: scorers
            )
            func supply(
                isWanted: @escaping () -> Bool,
                arrived: @escaping () -> Void = {}
            ) -> ArtifactSupply {
                ArtifactSupply(
                    cache: cache,
                    inbox: session.inbox,
                    logger: logger,
                    isWanted: isWanted,
                    arrived: arrived,
                    send: { session.post([Message($0)], wake) }
                )
            }
            return (
                score: { assignment, goesOn in
                    let files = supply(
                        isWanted: { session.mayFetch },
                        arrived: { session.beginComputing() }
                    )
                    return try engine.score(assignment.spec, supply: files, progress: goesOn)
                },
                train: { assignment in
                    let files = supply(isWanted: { session.trainingInstruction == .goOn })
                    let run = TrainingRun(
                        assignment: assignment,
                        session: session,
                        kernels: kernels,
                        pool: pool,
                        logger: logger,
                        wake: wake
                    )
                    return run.run(supply: files) { wanted throws(EngineError) in
                        try engine.dataset(wanted, supply: files)
                    }
                }
            )
        }
    }

    private func connectSocket() throws -> SocketThread {
        var options = SocketOptions()
        options.security = coordinator.key?.security ?? .none
        // Nothing is queued for a connection that does not stand: a coordinator that comes late finds one hello.
        options.onlyConnected = true
        // A coordinator that is started again, or a network that is whole again, is noticed within seconds.
        options.reconnection = SocketOptions.Reconnection(initial: .milliseconds(100), maximum: .seconds(2))
        options.connectionTimeout = .seconds(3)
        options.heartbeat = SocketOptions.Heartbeat(interval: .seconds(2), timeout: .seconds(6))
        do {
            return try SocketThread(
                connectingTo: coordinator.endpoints,
                context: Context(),
                options: options,
                tick: WorkerSession.tick,
                connection: { [session, key = coordinator.key] in session.connectionChanged($0, key: key) },
                handler: { [session] in session.handle($0) }
            )
        } catch {
            throw CommandFailure.usage("--connect \(coordinator.endpoints): \(error)")
        }
    }

    /// Waits until the session ends; the first signal asks it to, a second urgent one does not ask.
    private func ending(_ wake: @escaping @Sendable () -> Void) async -> WorkerEnding {
        await withTaskGroup(of: WorkerEnding.self) { group in
            group.addTask { [session] in
                for await ending in session.ended { return ending }
                return .left
            }
            group.addTask { [session, grace = options.grace.duration] in
                var wasUrgent = false
                for await signal in await StopSignals.caught() {
                    if wasUrgent, signal.isUrgent {
                        return .cutShort("a second \(signal) came before everything was finished")
                    }
                    wasUrgent = wasUrgent || signal.isUrgent
                    session.leave(because: "of \(signal)", grace: grace, wake)
                }
                return .left
            }
            defer { group.cancelAll() }
            return await group.next() ?? .left
        }
    }
}

extension Hello {
    /// What this process says of itself: it computes so, with so many threads.
    init(measuredAs numerics: NumericsIdentity, threads: Int, instructionSet: String) {
        var generator = SystemRandomNumberGenerator()
        self.init(
            software: "bitsweep",
            numericsVersion: numerics.version,
            numericsFingerprint: numerics.fingerprint,
            worker: WorkerIdentity(using: &generator),
            host: ProcessInfo.processInfo.hostName,
            process: UInt32(ProcessInfo.processInfo.processIdentifier),
            threads: threads,
            instructionSet: instructionSet
        )
    }
}
