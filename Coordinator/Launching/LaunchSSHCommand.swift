// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Launching
import Reporting
import ResultStore
import Synchronization
import Vocabulary

/// `coordinator launch ssh`: a worker on each machine of a list.
struct LaunchSSHCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh",
        abstract: "Start a worker on each machine that a file lists.",
        discussion: """
            The file has a machine a line, as ssh knows it, and '#' for comments:

              gpu-1 threads=8
              me@node-7.example.org:2222     # a worker with a thread for each processor
              me@[fd00::12]:22

            ssh must log in without a password. The executable is copied only to where it is
            not yet (~/.cache/bitsweep/bin), the key goes over the connection, and the worker
            goes on when that ends. All machines are done at once, 32 at a time. Where a
            worker that was launched before still runs, none is started.

            With --reverse-tunnel each worker connects through SSH, for machines that cannot
            reach this one; a process of this machine keeps each tunnel open until its
            worker ends.

            Exit code: 0 when a worker runs on every machine, 1 where one failed, 2 when
            the command or the file is wrong.

            Examples:
              coordinator launch ssh hosts.txt --join worker.join
              coordinator launch ssh hosts.txt --connect tcp://10.0.0.5:7461 --key worker.key
              coordinator launch ssh hosts.txt --join worker.join --reverse-tunnel
              coordinator launch ssh hosts.txt --join worker.join -- --walltime 8h
              coordinator launch status
            """
    )

    @Argument(help: ArgumentHelp("The list of machines; - for standard input.", valueName: "hostfile"))
    var hostFile: String

    @OptionGroup var access: LaunchAccessOptions

    @Flag(help: "Have workers reach the coordinator through SSH, from this machine.")
    var reverseTunnel = false

    @Option(help: ArgumentHelp("The worker's executable. (default: the one beside this one)", valueName: "FILE"))
    var worker: String?

    @Option(
        name: .customLong("ssh-option"),
        help: ArgumentHelp("An option of 'ssh -o', such as IdentityFile=FILE; may be repeated.", valueName: "KEY=VALUE")
    )
    var sshOptions: [String] = []

    @Option(help: ArgumentHelp("How long a machine may take to answer.", valueName: "DURATION"))
    var connectTimeout = DurationOption(.seconds(10))

    @Option(help: ArgumentHelp("How long to watch for a worker to join.", valueName: "DURATION"))
    var wait = DurationOption(.seconds(15))

    @Flag(help: "Print what would be started, and start nothing.")
    var dryRun = false

    @Flag(help: "Print a JSON array with an object for each machine.")
    var json = false

    @OptionGroup var store: StoreOption

    @OptionGroup var colour: ColourOption

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("What else each worker is told, as 'worker run' takes it.", valueName: "worker options")
    )
    var workerOptions: [String] = []

    func validate() throws {
        for option in sshOptions where !option.contains("=") {
            throw ValidationError("--ssh-option \(option): write it as KEY=VALUE, such as IdentityFile=~/.ssh/cluster")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let hosts = try readHosts()
            let found = try access.found(isTunnelled: reverseTunnel)
            if dryRun { return try tell(hosts, found) }
            guard ExternalCommand.find("ssh", in: ProcessInfo.processInfo.environment["PATH"] ?? "") != nil else {
                throw CommandFailure.usage("there is no 'ssh' in PATH; on Debian: apt-get install openssh-client")
            }
            let starter = try await starter(found)
            // Opened before anything is started: what cannot be recorded cannot be ended later.
            let results = try openStore()
            let earlier = try results.launchedJobs().filter { $0.launcher == .ssh && $0.cancelled == nil }
            let unrecorded = Mutex<[String]>([])
            let outcomes = await starter.start(on: hosts, earlier: earlier) { outcome in
                // At once: whoever is interrupted can still find what runs.
                do {
                    if let job = outcome.job { try results.add(job) }
                } catch {
                    let problem = "a worker runs and is not recorded: \(error)"
                    unrecorded.withLock { $0.append("\(outcome.host.name): \(problem)") }
                }
                guard !json else { return }
                let reason = outcome.reason.map { ": \($0)" } ?? ""
                Terminal.error.tell("\(outcome.host.name): \(outcome.result.rawValue)\(reason)\n")
            }
            try tell(outcomes, problems: unrecorded.withLock { $0 })
        }
    }

    private func starter(_ found: LaunchAccess) async throws -> SSHStart {
        let tunnelled = reverseTunnel ? try found.target() : nil
        return SSHStart(
            client: SSHClient(options: sshOptions, connectTimeout: max(1, Int(connectTimeout.duration / .seconds(1)))),
            executable: try await executable(),
            secret: found.secret,
            endpoints: found.endpoint.map { [$0] } ?? [],
            options: workerOptions,
            tunnelled: tunnelled,
            patience: Int(wait.duration / .seconds(1))
        )
    }

    private func readHosts() throws -> [SSHHost] {
        let path = hostFile == "-" ? "/dev/stdin" : hostFile
        guard let file = FileHandle(forReadingAtPath: path), let data = try file.read(upToCount: 4 << 20) else {
            throw CommandFailure.usage("\(hostFile): the list of hosts cannot be read; write one host a line")
        }
        do throws(LaunchError) {
            return try HostFile.hosts(in: String(decoding: data, as: UTF8.self), path: hostFile)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }

    private func executable() async throws -> SSHStart.Executable {
        let file = try worker.map { URL(filePath: $0) } ?? LocalWorkers.executable()
        guard let bytes = try? Data(contentsOf: file), !bytes.isEmpty else {
            throw CommandFailure.usage("--worker \(file.path): the executable cannot be read")
        }
        let digest = "\(Digest(of: Array(bytes)))"
        return SSHStart.Executable(bytes, digest: digest, compressed: await Self.compressed(file))
    }

    /// What gzip makes of the file; nil where there is no gzip, or no room for it.
    private static func compressed(_ file: URL) async -> Data? {
        let small = FileManager.default.temporaryDirectory.appending(path: "bitsweep-\(UUID().uuidString).gz")
        defer { try? FileManager.default.removeItem(at: small) }
        let script = #"gzip -1 -c <"$0" >"$1""#
        let command = ExternalCommand("sh", ["-c", script, file.path, small.path], timeout: .seconds(300))
        guard let outcome = try? await command.run(), outcome.isSuccess else { return nil }
        return try? Data(contentsOf: small)
    }

    private func openStore() throws -> ResultStore {
        do {
            return try ResultStore.open(store.store)
        } catch let error as ResultStoreError {
            throw CommandFailure.usage("\(error)")
        }
    }

    private func tell(_ hosts: [SSHHost], _ found: LaunchAccess) throws {
        let lines = hosts.map { host in
            let threads = host.threads.map { " --threads \($0)" } ?? ""
            let options = ShellWord.line(workerOptions)
            return "\(host.name): worker run\(found.shown)\(threads)\(options.isEmpty ? "" : " \(options)")"
        }
        try Terminal.output.write(lines: lines)
    }

    private func tell(_ outcomes: [SSHStart.Outcome], problems: [String]) throws {
        let rows = outcomes.map(SSHRow.init)
        if json {
            try Terminal.output.write(ReportJSON.text(rows) + "\n")
        } else {
            try Terminal.output.write(lines: SSHTable.lines(rows, style: Terminal.output.style(colour.color)))
        }
        guard problems.isEmpty else { throw CommandFailure.failed(problems.joined(separator: "\n")) }
        let failed = outcomes.count { $0.result == .failed }
        guard failed == 0 else {
            throw CommandFailure.failed("no worker was started on \(failed) of \(counted(outcomes.count, "host"))")
        }
    }
}
