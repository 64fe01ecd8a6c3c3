// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Keyring
import Launching
import ResultStore
import ZeroMQ

/// How workers that Slurm starts find their coordinator, and with which key: files are named, and never copied.
struct SlurmAccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where workers connect. (default: BITSWEEP_CONNECT, else where the coordinator of the store's newest run listens)",
            valueName: "ENDPOINT"
        )
    )
    var connect: [String] = []

    @Option(help: ArgumentHelp("An invitation file for workers ('coordinator keys invite').", valueName: "FILE"))
    var join: String?

    @Option(
        help: ArgumentHelp(
            "The workers' key file, named by its path and never copied. (default: BITSWEEP_KEY, else worker.key of the keys)",
            valueName: "FILE"
        )
    )
    var key: String?

    @OptionGroup var keys: KeysOption

    @Flag(help: "Let workers connect without encryption, whatever keys there are.")
    var insecure = false

    func validate() throws {
        if insecure, key != nil || join != nil { throw ValidationError("--insecure excludes --key and --join") }
        if join != nil, key != nil { throw ValidationError("--join and --key exclude each other") }
    }

    /// The options of `worker run` that say with which key.
    ///
    /// - Throws: `CommandFailure.usage` where the file cannot be read, or by others, too: the node would say so much
    ///   later.
    func keyArguments() throws -> [String] {
        if insecure { return ["--insecure"] }
        if let join {
            try naming { () throws(KeyringError) in _ = try Invitation(contentsOf: join, trustsMode: keys.trustMode) }
            return ["--join", URL(filePath: join).path] + trust
        }
        guard let file = try keyFile() else { return [] }
        try naming { () throws(KeyringError) in _ = try WorkerKey(contentsOf: file, trustsMode: keys.trustMode) }
        return ["--key", URL(filePath: file).path] + trust
    }

    /// The options of `coordinator run` that say which keys it uses.
    ///
    /// - Throws: `CommandFailure.usage` where it would not listen to other machines.
    func coordinatorArguments() throws -> [String] {
        if insecure { return ["--insecure"] }
        let directory = try keys.directory
        guard directory.hasKeys else {
            throw CommandFailure.usage(
                "there are no keys in \(directory.path), without which no coordinator listens to other machines; make them "
                    + "with 'coordinator keys new', or add --insecure if the network is yours alone"
            )
        }
        return ["--keys", URL(filePath: directory.path).path] + trust
    }

    private var trust: [String] { keys.trustMode ? ["--trust-mode"] : [] }

    private func keyFile() throws -> String? {
        if let chosen = key ?? UserFolders().path("BITSWEEP_KEY") { return chosen }
        let directory = try keys.directory
        let standard = directory.workerFile()
        return FileManager.default.fileExists(atPath: standard) || directory.hasKeys ? standard : nil
    }

    /// The options that say where; none where the invitation does.
    ///
    /// - Throws: `CommandFailure.usage` where nobody listens, or where only this machine would reach it.
    func endpointArguments(_ run: RunRecord?, store: String) throws -> [String] {
        if !connect.isEmpty { return ["--connect", connect.joined(separator: ",")] }
        if join != nil { return [] }
        if let connection = UserFolders.connection { return ["--connect", connection] }
        guard let run, let listening = run.endpoint, run.owner != nil else {
            throw CommandFailure.usage(
                "\(store) has no run that is in progress; start one (coordinator run SWEEP --listen 'tcp://*:7461'), give "
                    + "--connect, or let Slurm start it, too: --coordinator-job SWEEP\n"
                    + Tunnel.lines(fromOutside: nil).joined(separator: "\n")
            )
        }
        if let host = TCPEndpoint(listening)?.host, HostAddress.literal(host)?.isLoopback != true {
            return ["--connect", Endpoint.shared(listening)]
        }
        throw CommandFailure.usage(
            "run \(run.id) listens at \(listening), which no other machine reaches; start it with --listen 'tcp://*:7461'"
                + "\n" + Tunnel.lines(fromOutside: TCPEndpoint(listening)?.port).joined(separator: "\n")
        )
    }
}
