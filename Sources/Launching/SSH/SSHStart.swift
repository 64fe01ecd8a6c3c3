// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import ResultStore

/// Starts workers on machines over SSH, one on each, and says what has become of each.
package struct SSHStart: Sendable {
    /// The executable that is brought to machines that do not have it.
    package struct Executable: Sendable {
        let bytes: Data
        /// SHA-256 of `bytes`, as hexadecimal digits.
        let digest: String
        /// `bytes` as gzip makes them smaller, once for all machines; nil where it cannot.
        let compressed: Data?

        package init(_ bytes: Data, digest: String, compressed: Data? = nil) {
            (self.bytes, self.digest, self.compressed) = (bytes, digest, compressed)
        }
    }

    /// What has become of one machine.
    package struct Outcome: Sendable {
        package enum Result: String, Sendable {
            /// A coordinator has welcomed the worker.
            case joined
            /// The worker runs, and has not found its coordinator yet.
            case started
            /// One of before runs there: none was started.
            case runs
            case failed
        }

        package let host: SSHHost
        package var result: Result
        /// Why it failed, or what the worker said last.
        package var reason: String?
        /// Whether the executable had to be brought there.
        package var hasCopied = false
        /// What is to be recorded; nil where nothing was started.
        package var job: LaunchedJob?
    }

    /// Machines that are spoken to at a time.
    package static let atOnce = 32

    private let client: SSHClient
    private let executable: Executable
    private let secret: SSHJob.Secret
    private let endpoints: [String]
    private let options: [String]
    /// What listens here and is to be reached there through a tunnel; nil where workers reach it themselves.
    private let tunnelled: String?
    private let patience: Int

    /// What is started on each machine, and how.
    ///
    /// - Parameters:
    ///   - client: How machines are reached.
    ///   - executable: What runs there.
    ///   - secret: What workers connect with.
    ///   - endpoints: Where workers connect; empty where their invitation says it.
    ///   - options: What else each worker is told.
    ///   - tunnelled: The coordinator, as `host:port` that this machine reaches, where the others cannot.
    ///   - patience: Seconds for which a worker is watched until it has joined.
    package init(
        client: SSHClient,
        executable: Executable,
        secret: SSHJob.Secret,
        endpoints: [String],
        options: [String],
        tunnelled: String? = nil,
        patience: Int = 15
    ) {
        (self.client, self.executable, self.secret) = (client, executable, secret)
        (self.endpoints, self.options) = (endpoints, options)
        (self.tunnelled, self.patience) = (tunnelled, patience)
    }

    /// Starts a worker on each machine, up to ``atOnce`` at a time.
    ///
    /// - Parameters:
    ///   - hosts: The machines, each once.
    ///   - earlier: Jobs of before: where one of them runs still, none is started.
    ///   - ended: Told of each machine as soon as its outcome is known.
    /// - Returns: the outcomes, in the order of `hosts`.
    package func start(
        on hosts: [SSHHost],
        earlier: [LaunchedJob],
        ended: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) async -> [Outcome] {
        await inParallel(hosts, atOnce: Self.atOnce) { host in
            let outcome = await start(on: host, earlier: earlier.filter { $0.place == host.name })
            ended(outcome)
            return outcome
        }
    }

    private func start(on host: SSHHost, earlier: [LaunchedJob]) async -> Outcome {
        var outcome = Outcome(host: host, result: .failed)
        do {
            let probe = RemoteScript.probe(digest: executable.digest, jobs: earlier.map(\.id))
            let found = try await client.run(probe, on: host, timeout: .seconds(60))
            try check(found)
            if let job = found["runs"] {
                (outcome.result, outcome.reason) = (.runs, "job \(job); 'coordinator launch cancel \(job)' ends it")
                return outcome
            }
            if found["has"] == nil {
                try await copy(to: host, free: found["free"].flatMap(Int.init), mayUnzip: found["gzip"] != nil)
                outcome.hasCopied = true
            }
            try await begin(on: host, &outcome)
        } catch {
            outcome.reason = "\(error)"
        }
        return outcome
    }

    /// Whether the machine can run the executable at all.
    private func check(_ found: SSHClient.Answer) throws(LaunchError) {
        if let problem = found["problem"] { throw LaunchError(found.complaint ?? problem) }
        guard let machine = found["machine"] else {
            throw LaunchError("its shell says nothing that can be understood; does 'ssh HOST /bin/sh -c true' work?")
        }
        guard let wanted = MachineKind.of(executable.bytes), machine != wanted else { return }
        throw LaunchError("it is \(machine), the executable for \(wanted); launch it by itself, with --worker FILE")
    }

    private func copy(to host: SSHHost, free kilobytes: Int?, mayUnzip: Bool) async throws {
        let bytes = executable.bytes.count
        if let kilobytes, kilobytes < bytes / 1024 + 1024 {
            let room = "the executable takes \(bytes >> 20) MiB, \(kilobytes >> 10) are free"
            throw LaunchError("the disk of ~/.cache is full: \(room)")
        }
        let compressed = mayUnzip ? executable.compressed : nil
        let answer = try await client.run(
            RemoteScript.copy(digest: executable.digest, token: UUID().uuidString, isCompressed: compressed != nil),
            reading: compressed ?? executable.bytes,
            on: host,
            timeout: .seconds(1800)
        )
        guard answer["copied"] != nil else {
            throw LaunchError(answer.complaint ?? "the executable arrived damaged; launch again")
        }
    }

    private func begin(on host: SSHHost, _ outcome: inout Outcome) async throws {
        let tunnel = tunnelled.map { ReverseTunnel(client: client, host: host, target: $0) }
        let job = SSHJob(
            host: host,
            digest: executable.digest,
            secret: secret,
            endpoints: tunnel.map { [$0.endpoint] } ?? endpoints,
            options: options
        )
        let opened = try tunnel?.open(for: job.id)
        let answer: SSHClient.Answer
        do {
            let script = RemoteScript.start(job, patience: patience)
            answer = try await client.run(script, on: host, timeout: .seconds(90 + patience))
        } catch {
            opened?.close()
            throw error
        }
        let isRunning = answer["runs"] != nil
        let lines = answer.values(of: "line")
        outcome.result = answer["joined"] != nil ? .joined : isRunning ? .started : .failed
        let said = answer["failed"] ?? opened?.complaint ?? lines.last.map(Self.message)
        outcome.reason = outcome.result == .joined ? nil : said
        guard isRunning else {
            opened?.close()
            return
        }
        var details = ["digest": executable.digest, "log": answer["log"] ?? "", "detached": answer["detached"] ?? ""]
        details.merge(client.details) { $1 }
        if let opened { details.merge(opened.details) { $1 } }
        outcome.job = LaunchedJob(
            launcher: .ssh,
            place: host.name,
            id: job.id,
            name: "bitsweep-worker",
            run: nil,
            workers: 1,
            launched: Date(),
            details: details
        )
    }

    /// A line of log without its time and level.
    private static func message(_ line: String) -> String {
        line.range(of: " worker: ").map { String(line[$0.upperBound...]) } ?? line
    }
}

/// What `uname -s` and `uname -m` say where an executable can run.
enum MachineKind {
    /// The machine that the executable is for, by its ELF header; nil where that does not say one that is known here.
    static func of(_ executable: Data) -> String? {
        let header = [UInt8](executable.prefix(20))
        guard header.count == 20, Array(header.prefix(4)) == [0x7F] + Array("ELF".utf8) else { return nil }
        switch Int(header[18]) | Int(header[19]) << 8 {
        case 62: return "Linux x86_64"
        case 183: return "Linux aarch64"
        default: return nil
        }
    }
}

/// What `body` makes of each of `items`, in their order, with at most `atOnce` under way.
func inParallel<Item: Sendable, Made: Sendable>(
    _ items: [Item],
    atOnce: Int,
    _ body: @escaping @Sendable (Item) async -> Made
) async -> [Made] {
    await withTaskGroup(of: (Int, Made).self) { group in
        var made: [Int: Made] = [:]
        for (place, item) in items.enumerated() {
            if place >= atOnce, let (done, value) = await group.next() { made[done] = value }
            group.addTask { (place, await body(item)) }
        }
        for await (done, value) in group { made[done] = value }
        return items.indices.compactMap { made[$0] }
    }
}
