// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// A run that waits for workers at an endpoint with keys.
struct KeyedRun {
    let sweep: SmallSweep
    let coordinator: RunningProcess
    /// Where it listens, also when it is started again.
    let endpoint: String
    private let options: [String]

    /// A run of a sweep with `perClass` images a class, for workers with keys of these names.
    init(_ workers: [String], perClass: Int = 2, _ options: [String] = []) async throws {
        sweep = try SmallSweep(perClass: perClass)
        self.options = options
        for name in workers {
            let made = try await Executable.coordinator.run(["keys", "new", "--name", name, "--keys", sweep.keys])
            #expect(made.code == 0, "\(made.errors)")
        }
        endpoint = fixedEndpoint()
        coordinator = try Executable.coordinator.start(Self.arguments(sweep, endpoint, options))
        _ = try await coordinator.endpoint()
    }

    private static func arguments(_ sweep: SmallSweep, _ endpoint: String, _ options: [String]) -> [String] {
        ["run", sweep.file, "--store", sweep.store(), "--listen", endpoint, "--keys", sweep.keys, "--json"] + options
    }

    /// The same command once more.
    func startAgain() throws -> RunningProcess {
        try Executable.coordinator.start(Self.arguments(sweep, endpoint, options))
    }

    /// The file of a key.
    func key(_ name: String) -> String { "\(sweep.keys)/\(name).key" }

    /// The endpoint for a peer that connects from another address of this machine, and so is another host.
    func endpoint(from address: String) -> String {
        "tcp://\(address):0;\(endpoint.dropFirst("tcp://".count))"
    }

    /// Starts a worker with a key, which connects from `address`.
    func startWorker(_ name: String, from address: String) throws -> RunningProcess {
        let connection = ["--connect", endpoint(from: address), "--key", key(name)]
        return try Executable.worker.start(["run", "--threads", "1"] + connection)
    }

    /// Pauses, resumes, or asks for anything else that only an operator may.
    func command(_ name: String) async throws {
        let outcome = try await Executable.coordinator.run([name, "--connect", endpoint, "--keys", sweep.keys])
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    /// What is counted, as soon as `condition` holds of it.
    func metrics(until condition: ([String: Double]) -> Bool) async throws -> [String: Double] {
        try await Executable.coordinator.metrics(endpoint, ["--keys", sweep.keys], until: condition)
    }
}

extension SmallSweep {
    /// The folder of keys.
    var keys: String { folder.path("keys") }

    /// The rows of the newest run's export.
    func rows(_ store: String = "results") async throws -> [[String: Any]] {
        let arguments = ["export", "--store", self.store(store), "--partial", "--format", "jsonl", "--output", "-"]
        let outcome = try await Executable.coordinator.run(arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return EventLog(outcome.output).events
    }
}

extension Executable {
    /// What a live run counts, as soon as `condition` holds of it.
    func metrics(
        _ endpoint: String,
        _ options: [String] = [],
        until condition: ([String: Double]) -> Bool
    ) async throws -> [String: Double] {
        let limit = ContinuousClock.now + .seconds(20)
        while true {
            let outcome = try await run(["status", "--json", "--connect", endpoint] + options)
            let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            let metrics = object?["metrics"] as? [String: Double] ?? [:]
            if outcome.code == 0, condition(metrics) { return metrics }
            if ContinuousClock.now > limit { throw EarlyEnd(errors: "\(metrics) \(outcome.errors)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension HostilePeer {
    /// The first shards that it is given; none when none come at once.
    func given() async throws -> [Assignment] {
        try await first(within: 2) { if case .assign(let list) = $0 { list } else { nil } } ?? []
    }

    /// Whether the coordinator lets it forget the attempt.
    func mayForget(_ attempt: AttemptIdentity) async throws -> Bool {
        try await first(within: 20) {
            if case .acknowledge(let list) = $0, list.contains(attempt) { true } else { nil }
        } ?? false
    }

    /// Answers every shard that it is given with invented rows, until the coordinator says goodbye.
    func inventEverything() async throws {
        var taken = 0
        while true {
            let messages = self.messages
            for message in messages.dropFirst(taken) {
                if case .assign(let list) = message {
                    for assignment in list { say(.results([.invented(assignment)])) }
                }
                if case .goodbye = message { return }
            }
            taken = messages.count
            say(.heartbeat(WorkerHeartbeat()))
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

extension ShardResult {
    /// Bits per dimension that no model gave.
    static let inventedBits: Float = 0.125

    /// A well-formed table of invented numbers.
    static func invented(_ attempt: AttemptIdentity, _ indices: [UInt32]) -> ShardResult {
        let column = ResultTable.Column(name: "bpd", values: indices.map { _ in inventedBits })
        return ShardResult(
            attempt: attempt,
            table: ResultTable(indices: indices, columns: [column]),
            computeSeconds: 0.01
        )
    }

    /// An answer to what a coordinator hands out.
    static func invented(_ assignment: Assignment) -> ShardResult {
        invented(assignment.attempt, assignment.spec.indices)
    }
}
