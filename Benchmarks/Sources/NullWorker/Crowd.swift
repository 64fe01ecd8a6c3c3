// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Kernels
import Synchronization
import WireProtocol
import ZeroMQ

/// Makes the sessions of one process: they share a host, a process number and the engine's known answers.
struct Crowd {
    private static let tick = Duration.milliseconds(500)

    private let options: Options
    private let tally: Tally
    private let kernels = KernelSet(.portable)
    private let numerics: NumericsIdentity

    init(_ options: Options, _ tally: Tally) {
        self.options = options
        self.tally = tally
        numerics = NumericsIdentity(measuredWith: kernels)
    }

    /// Connects another worker; it lives in the thread that is returned.
    func session(_ number: Int, _ context: Context) throws -> SocketThread {
        var socketOptions = SocketOptions()
        // A burst of small shards is answered in one go; none may be lost because a queue was short.
        socketOptions.sendLimit = 100_000
        let session = Mutex(Session(introduction: introduction(), options, tally))
        return try SocketThread(
            connectingTo: options.endpoint,
            context: context,
            options: socketOptions,
            tick: Self.tick
        ) { event in
            session.withLock { $0.handle(event) }.map { Message($0.encoded()) }
        }
    }

    private func introduction() -> Hello {
        var generator = SystemRandomNumberGenerator()
        return Hello(
            software: "null-worker",
            numericsVersion: numerics.version,
            numericsFingerprint: numerics.fingerprint,
            worker: WorkerIdentity(using: &generator),
            host: ProcessInfo.processInfo.hostName,
            process: UInt32(ProcessInfo.processInfo.processIdentifier),
            threads: 1,
            instructionSet: "\(kernels.instructionSet)"
        )
    }
}
