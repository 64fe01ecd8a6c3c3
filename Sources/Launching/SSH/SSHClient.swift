// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How ssh is called: it asks nobody anything, gives up soon, and shares no connection.
package struct SSHClient: Sendable {
    /// The program, found in PATH unless it is a path.
    let program: String
    /// Options of `ssh -o`, such as `StrictHostKeyChecking=accept-new`; those of the user count before ours.
    let options: [String]
    /// How long a machine may take to answer, in seconds.
    let connectTimeout: Int

    /// A client with `options` of the user's own.
    package init(program: String = "ssh", options: [String] = [], connectTimeout: Int = 10) {
        (self.program, self.options, self.connectTimeout) = (program, options, connectTimeout)
    }

    /// The client whose ``details`` were kept with a job.
    init(program: String = "ssh", keptIn details: [String: String]) {
        let options = details["options"].map { $0.split(separator: "\n").map(String.init) }
        self.init(program: program, options: options ?? [])
    }

    /// What is kept with a job, to reach its machine in the same way later.
    var details: [String: String] { options.isEmpty ? [:] : ["options": options.joined(separator: "\n")] }

    /// The arguments of ssh, up to the command that is run there.
    ///
    /// A shared connection (ControlMaster) would end with whoever opened it, and with it what runs over it.
    func arguments(_ host: SSHHost, _ others: [String] = []) -> [String] {
        let own = [
            "BatchMode=yes", "ConnectTimeout=\(connectTimeout)", "ControlMaster=no", "ControlPath=none",
            "ServerAliveInterval=5", "ServerAliveCountMax=3", "LogLevel=ERROR", "ForwardX11=no", "ForwardAgent=no",
        ]
        return ["-T"] + (options + own).flatMap { ["-o", $0] } + (host.port.map { ["-p", "\($0)"] } ?? []) + others
            + ["--", host.destination]
    }

    /// Runs `script` by `/bin/sh` there, which reads it from its standard input: nothing of it shows in a list of processes.
    func run(_ script: String, on host: SSHHost, timeout: Duration) async throws -> Answer {
        let words = arguments(host) + ["/bin/sh -s"]
        return try await answer(ExternalCommand(program, words, input: Data(script.utf8), timeout: timeout))
    }

    /// Runs `command`, a line of shell, there, and gives it `input` to read.
    func run(_ command: String, reading input: Data, on host: SSHHost, timeout: Duration) async throws -> Answer {
        let words = arguments(host) + ["/bin/sh -c \(ShellWord.quoted(command))"]
        return try await answer(ExternalCommand(program, words, input: input, timeout: timeout))
    }

    private func answer(_ command: ExternalCommand) async throws -> Answer {
        let outcome = try await command.run()
        // ssh's own failures end with 255; what a script of ours does not foresee ends otherwise.
        guard outcome.isSuccess else { throw LaunchError(Self.advice(outcome.reason)) }
        return Answer(outcome.output, errors: outcome.errors)
    }

    /// What ssh said, and what to do about it where that is known.
    static func advice(_ reason: String) -> String {
        let known: [(sign: String, advice: String)] = [
            ("REMOTE HOST IDENTIFICATION HAS CHANGED", "find out why before its new key is trusted"),
            (
                "Host key verification failed",
                "its key is not the known one: see 'ssh-keygen -F HOST', log in once by hand"
            ),
            (
                "Permission denied",
                "no key of yours is taken there, and BatchMode asks for no password: see 'ssh-copy-id'"
            ),
            ("Could not resolve hostname", "is the name right?"),
            ("timed out", "is it up, and does a firewall let port 22 through?"),
            ("No route to host", "is it up?"),
            ("Connection refused", "does an SSH server run there?"),
        ]
        guard let found = known.first(where: { reason.contains($0.sign) }) else { return reason }
        return "\(reason.trimmingCharacters(in: .whitespacesAndNewlines)) (\(found.advice))"
    }
}

extension SSHClient {
    /// What a script said: lines that begin with `bitsweep`, each with a key and a value; anything else is a greeting.
    struct Answer: Sendable {
        private(set) var lines: [(key: String, value: String)] = []
        /// What it printed on standard error.
        let errors: String

        init(_ output: String, errors: String = "") {
            self.errors = errors
            for line in output.split(whereSeparator: \.isNewline) {
                let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
                guard words.count >= 2, words[0] == RemoteScript.mark else { continue }
                lines.append((String(words[1]), words.count > 2 ? String(words[2]) : ""))
            }
        }

        /// The first value of `key`; nil where it was not said.
        subscript(key: String) -> String? { lines.first { $0.key == key }?.value }

        /// Every value of `key`.
        func values(of key: String) -> [String] { lines.filter { $0.key == key }.map(\.value) }

        /// The last line of standard error.
        var complaint: String? { errors.split(whereSeparator: \.isNewline).last.map(String.init) }
    }
}
