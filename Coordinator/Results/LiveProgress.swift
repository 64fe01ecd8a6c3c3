// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Keyring
import WireProtocol
import ZeroMQ

/// What the coordinator of a run says of it, for one who reads the store: nothing is missing where it does not answer.
struct LiveProgress {
    /// How long the coordinator may take to answer.
    private static let patience: Duration = .seconds(1)
    /// How long it is left alone when it did not.
    private static let pause: Duration = .seconds(10)

    private let run: String
    private let key: WorkerKey?
    private var exchange: (endpoint: String, ClientExchange)?
    /// When it may be asked again; nil for now.
    private var next: ContinuousClock.Instant?

    /// The progress of a run whose coordinator is asked with `key`.
    init(of run: String, key: WorkerKey?) {
        self.run = run
        self.key = key
    }

    /// What the coordinator says that listens at `endpoint` as the store has it; nil when it says nothing.
    mutating func snapshot(from endpoint: String) async -> Snapshot? {
        if let next, .now < next { return nil }
        do {
            let exchange = try connection(to: Endpoint.local(endpoint))
            return try await exchange.snapshot(SnapshotRequest(run: run))
        } catch {
            (exchange, next) = (nil, .now + Self.pause)
            return nil
        }
    }

    private mutating func connection(to endpoint: String) throws -> ClientExchange {
        if let exchange, exchange.endpoint == endpoint { return exchange.1 }
        let made = try ClientExchange(
            CoordinatorAccess(endpoints: EndpointList(endpoint), key: key),
            patience: Self.patience
        )
        exchange = (endpoint, made)
        return made
    }
}
