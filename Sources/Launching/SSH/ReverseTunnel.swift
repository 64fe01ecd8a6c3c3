// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A way back through SSH for a worker whose machine cannot reach the coordinator: `ssh -R`, for as long as the worker runs.
///
/// The tunnel is a process of this machine, which opens it again whenever it breaks, and ends with the worker. What goes
/// through it is encrypted once more by the coordinator's keys.
struct ReverseTunnel {
    /// Ports at the other end: neither those of services nor, on Linux, those that connections get by themselves.
    private static let ports = 20_000...32_000

    private let client: SSHClient
    private let host: SSHHost
    /// The coordinator, as `host:port` that this machine reaches.
    private let target: String
    /// Where it is reached at the other end.
    private let port: Int

    /// A tunnel to `target` with a port of its own, drawn by lot: at the other end many may work for many.
    init(client: SSHClient, host: SSHHost, target: String) {
        (self.client, self.host, self.target) = (client, host, target)
        port = Int.random(in: Self.ports)
    }

    /// What a worker at the other end connects to.
    var endpoint: String { "tcp://127.0.0.1:\(port)" }

    /// The process that keeps a tunnel open.
    struct Opened: Sendable {
        fileprivate let process: Int32
        fileprivate let log: String

        /// What is to be kept of it.
        var details: [String: String] { ["tunnel": "\(process)", "tunnelLog": log] }

        /// What ssh says of it; nil where it says nothing.
        var complaint: String? {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.split(whereSeparator: \.isNewline).last.map { "the tunnel: \(SSHClient.advice(String($0)))" }
        }

        /// Ends it at once.
        func close() {
            kill(-process, SIGTERM)
        }
    }

    /// Begins to open it, for the worker of that job.
    func open(for job: String) throws -> Opened {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bitsweep-tunnel-\(job)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let (script, log) = (folder.appending(path: "watch").path, folder.appending(path: "log").path)
        try Data(RemoteScript.watch(job).utf8).write(to: URL(filePath: script))
        let options = ["-R", "127.0.0.1:\(port):\(target)", "-o", "ExitOnForwardFailure=yes"]
        let ssh = ShellWord.line([client.program] + client.arguments(host, options) + ["/bin/sh -s"])
        // 0: the worker has ended, and with it the tunnel. Anything else: ssh could not, or broke.
        let loop = """
            echo $$ >"$0.pid"
            wait=1
            until \(ssh) <"$0" >/dev/null 2>>"$1"; do sleep $wait; wait=$((wait < 30 ? wait * 2 : 30)); done
            rm -rf "$(dirname "$0")"
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // A session of its own: the tunnel outlives this process and its terminal.
        process.arguments = ["setsid", "/bin/sh", "-c", loop, script, log]
        (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw LaunchError("no tunnel can be opened: /usr/bin/env cannot be started")
        }
        return Opened(process: try pid(of: process, writtenTo: "\(script).pid"), log: log)
    }

    /// The number of the session's leader, which `setsid` may have forked off.
    private func pid(of process: Process, writtenTo path: String) throws -> Int32 {
        for _ in 0..<100 {
            if let text = try? String(contentsOfFile: path, encoding: .utf8),
                let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return pid
            }
            usleep(20_000)
        }
        throw LaunchError("no tunnel can be opened: setsid did not begin")
    }
}
