// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `coordinator launch ssh`, by the real executable; `scripts/exercise-ssh` runs it against real servers.
@Suite("coordinator launch ssh", .timeLimit(.minutes(5)))
struct LaunchSSHTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("# the lab\none threads=2\nme@[fd00::12]:2222\n", to: "hosts.txt")
    }

    private func launch(_ arguments: String..., path: String? = nil) async throws -> Outcome {
        let store = ["--store", folder.path("store.sqlite")]
        let variables = path.map { ["PATH": $0] } ?? [:]
        return try await Executable.coordinator.run(["launch", "ssh"] + arguments + store, environment: variables)
    }

    @Test("a dry run says what would be started where, and starts nothing")
    func dryRun() async throws {
        let outcome = try await launch(
            folder.path("hosts.txt"),
            "--connect",
            "tcp://head:7461",
            "--insecure",
            "--dry-run"
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let command = "worker run --insecure --connect tcp://head:7461"
        #expect(outcome.output == "one: \(command) --threads 2\nme@[fd00::12]:2222: \(command)\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path("store.sqlite")))
    }

    @Test("what is wrong is one line that says what to do, and code 2")
    func problems() async throws {
        let hosts = folder.path("hosts.txt")
        try folder.write("one\none\n", to: "twice.txt")
        let cases: [([String], String)] = [
            ([hosts], "coordinator keys invite"),
            ([hosts, "--insecure"], "--connect ENDPOINT"),
            ([hosts, "--insecure", "--key", "k"], "exclude each other"),
            ([folder.path("none.txt"), "--insecure", "--connect", "tcp://head:1"], "write one host a line"),
            (
                [folder.path("twice.txt"), "--insecure", "--connect", "tcp://head:1"],
                "twice.txt:2: 'one' stands in line 1"
            ),
            ([hosts, "--key", folder.path("none.key"), "--connect", "tcp://head:1"], "none.key"),
            ([hosts, "--insecure", "--reverse-tunnel", "--connect", "tcp://*:1"], "tcp://HOST:PORT"),
        ]
        for (arguments, sign) in cases {
            let store = ["--store", folder.path("store.sqlite")]
            let outcome = try await Executable.coordinator.run(["launch", "ssh"] + arguments + store)
            #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(sign), "\(arguments): \(outcome.errors)")
        }
    }

    @Test("machines that cannot be reached are rows with a reason, and code 1; nothing is recorded")
    func failures() async throws {
        let script = "#!/bin/sh\necho 'ssh: connect to host: Connection refused' >&2\nexit 255\n"
        try folder.write(script, to: "bin/ssh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/ssh"))
        let path = "\(folder.path("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let outcome = try await launch(
            folder.path("hosts.txt"),
            "--connect",
            "tcp://head:7461",
            "--insecure",
            "--json",
            path: path
        )
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("no worker was started on 2 of 2 hosts"), "\(outcome.errors)")
        let rows = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
        #expect(rows?.map { $0["host"] as? String } == ["one", "me@[fd00::12]:2222"])
        #expect(rows?.map { $0["result"] as? String } == ["failed", "failed"])
        #expect((rows?.first?["reason"] as? String)?.contains("does an SSH server run there?") == true)
        let listed = try await Executable.coordinator.run(
            ["launch", "status", "--json", "--all", "--store", folder.path("store.sqlite")]
        )
        #expect(listed.output == "[]\n" || listed.output == "[\n\n]\n", "\(listed.output)")
    }
}
