// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Datasets
import Engine
import Foundation
import Kernels
import Logging
import ServiceLifecycle
import UnixSignals
import WireProtocol
import ZeroMQ

/// `worker run`: computes for a coordinator for as long as there is one.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Join a coordinator and compute what it hands out.",
        discussion: """
            A worker may be started before its coordinator, and outlives it: it keeps trying to connect. It stops on
            SIGTERM or Ctrl-C and hands back what it has not computed.

            Checkpoints and data sets are read from this machine's files and must have the digests the coordinator's have.

            Examples:
              worker run --connect tcp://cluster-head:7461
              worker run --connect tcp://127.0.0.1:7461 --threads 1 --data ~/datasets
            """
    )

    @Option(help: ArgumentHelp("Where the coordinator listens.", valueName: "ENDPOINT"))
    var connect: String

    @Option(help: ArgumentHelp("Threads that compute. (default: one for each processor)", valueName: "N"))
    var threads: Int?

    @Option(
        help: ArgumentHelp("Directory with data sets; then BITSWEEP_DATA, then the cache.", valueName: "DIR")
    )
    var data: String?

    @Option(help: .hidden)
    var parent: Int32?

    func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads takes 1 to 4096, not \(threads)")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let environment = ProcessInfo.processInfo.environment
            let kernels = KernelSet(try InstructionSet.choose(override: environment["BITSWEEP_ISA"]))
            let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
            let logger = Logger(label: "worker") { StreamLogHandler.standardError(label: $0) }
            let session = WorkerSession(introduction: introduction(kernels, threads), parent: parent, logger: logger)
            let library = DatasetLibrary.standard(dataDirectory: data, environment: environment)
            let socket = try connectSocket(session)
            EngineThread(session: session, logger: logger, send: { _ = socket.send($0) }).start {
                ShardEngine(library: library, kernels: kernels, pool: WorkPool(threads: threads))
            }
            logger.info("connecting to \(connect) with \(threads) threads on \(kernels.instructionSet)")
            let ending = await firstEnding(session)
            for message in session.farewell() { _ = socket.send(message) }
            socket.stop()
            if let failure = ending.failure { throw failure }
        }
    }

    private func introduction(_ kernels: KernelSet, _ threads: Int) -> Hello {
        let numerics = NumericsIdentity(measuredWith: kernels)
        var generator = SystemRandomNumberGenerator()
        return Hello(
            software: "bitsweep",
            numericsVersion: numerics.version,
            numericsFingerprint: numerics.fingerprint,
            worker: WorkerIdentity(using: &generator),
            host: ProcessInfo.processInfo.hostName,
            process: UInt32(ProcessInfo.processInfo.processIdentifier),
            threads: threads,
            instructionSet: "\(kernels.instructionSet)"
        )
    }

    private func connectSocket(_ session: WorkerSession) throws -> SocketThread {
        var options = SocketOptions()
        // Nothing is queued for a connection that does not stand: a coordinator that comes late finds one hello.
        options.onlyConnected = true
        options.reconnection = SocketOptions.Reconnection(initial: .milliseconds(100), maximum: .seconds(10))
        do {
            return try SocketThread(
                connectingTo: connect,
                context: Context(),
                options: options,
                tick: WorkerSession.tick,
                handler: { session.handle($0) }
            )
        } catch {
            throw CommandFailure.usage("--connect \(connect): \(error)")
        }
    }

    /// Waits until the session ends or a signal asks the process to.
    private func firstEnding(_ session: WorkerSession) async -> WorkerSession.Ending {
        await withTaskGroup(of: WorkerSession.Ending.self) { group in
            group.addTask {
                for await ending in session.ended { return ending }
                return .left
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return .left }
                return .left
            }
            defer { group.cancelAll() }
            return await group.next() ?? .left
        }
    }
}

extension WorkerSession.Ending {
    fileprivate var failure: CommandFailure? {
        switch self {
        case .refused(let reason): .failed("the coordinator refuses this worker: \(reason)")
        case .broken(let reason): .failed("the connection broke: \(reason)")
        case .left: nil
        }
    }
}
