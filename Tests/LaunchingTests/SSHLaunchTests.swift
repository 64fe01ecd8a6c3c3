// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import TestSupport
import Testing
import Vocabulary

@testable import Launching

/// Launching with an `ssh` that runs what it is given on this machine, each host with a home of its own.
///
/// `scripts/exercise-ssh` does the same with real servers.
@Suite("Launching over SSH")
struct SSHLaunchTests {
    private let folder: TemporaryFolder
    private let ssh: String

    init() throws {
        folder = try TemporaryFolder()
        ssh = folder.path("ssh")
        let script = """
            #!/bin/bash
            # As with a real ssh, what is started holds nothing open of whoever started it.
            for file in /proc/$$/fd/*; do
                number=${file##*/}
                [ "$number" -le 2 ] || eval "exec $number>&-"
            done
            while [ "$1" != -- ]; do shift; done
            host=$2; shift 2
            case $host in
            down) echo 'ssh: connect to host down port 22: Connection timed out' >&2; exit 255 ;;
            changed) echo 'Host key verification failed.' >&2; exit 255 ;;
            lossy) case $* in *sha256sum*) exec head -c 100 | HOME=\(folder.url.path)/lossy /bin/sh -c "$*" ;; esac ;;
            esac
            mkdir -p "\(folder.url.path)/$host"
            unset XDG_CACHE_HOME
            echo 'Welcome to a machine that greets everybody'
            HOME=\(folder.url.path)/$host exec /bin/sh -c "$*"
            """
        try folder.write(script, to: "ssh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ssh)
    }

    /// An executable that says what a worker would, then does what `rest` says.
    private func worker(_ line: String, then rest: String = "exec sleep 60") -> SSHStart.Executable {
        let text = "#!/bin/sh\n[ \"$1\" != --version ] || exit 0\necho \"now info worker: \(line)\" >&2\n\(rest)\n"
        return executable(text)
    }

    private func executable(_ text: String) -> SSHStart.Executable {
        SSHStart.Executable(Data(text.utf8), digest: "\(Digest(of: Array(text.utf8)))")
    }

    @Test("an executable for another machine is not brought there")
    func otherMachine() async throws {
        var header = [0x7F] + Array("ELF".utf8) + [UInt8](repeating: 0, count: 60)
        // Machine 183 is AArch64 (ELF for the Arm 64-bit Architecture, section 5.2), 62 x86-64 (its psABI, section 4.1).
        header[18] = UInt8(ProcessInfo.processInfo.isArm ? 62 : 183)
        let foreign = SSHStart.Executable(Data(header), digest: "\(Digest(of: header))")
        let outcomes = try await start(foreign, on: ["six"])
        #expect(outcomes.map(\.result) == [.failed])
        #expect(outcomes[0].reason?.hasSuffix("launch it by itself, with --worker FILE") == true)
        #expect(!outcomes[0].hasCopied)
    }

    private func start(
        _ executable: SSHStart.Executable,
        on names: [String],
        earlier: [LaunchedJob] = [],
        patience: Int = 10
    ) async throws -> [SSHStart.Outcome] {
        let start = SSHStart(
            client: SSHClient(program: ssh),
            executable: executable,
            secret: .key("secret = it's a \"secret\" $HOME\n"),
            endpoints: ["tcp://head:7461"],
            options: ["--data", "/my data"],
            patience: patience
        )
        return await start.start(on: try names.map { try SSHHost($0, threads: 3) }, earlier: earlier)
    }

    @Test("a worker is started where that is possible, once, is listed while it runs, and ends when it is cancelled")
    func course() async throws {
        let executable = worker("joined run x with $*")
        let outcomes = try await start(executable, on: ["one", "two", "down", "changed"])
        #expect(outcomes.map(\.host.host) == ["one", "two", "down", "changed"])
        #expect(outcomes.map(\.result) == [.joined, .joined, .failed, .failed])
        #expect(outcomes.map(\.hasCopied) == [true, true, false, false])
        #expect(outcomes[2].reason?.contains("Connection timed out") == true)
        #expect(outcomes[3].reason?.contains("Host key verification failed") == true)

        let jobs = outcomes.compactMap(\.job)
        let cache = "\(folder.url.path)/one/.cache/bitsweep"
        let secret = "\(cache)/jobs/\(jobs[0].id)/secret"
        #expect(try Data(contentsOf: URL(filePath: "\(cache)/bin/\(executable.digest)")) == executable.bytes)
        #expect(try String(contentsOfFile: secret, encoding: .utf8).hasPrefix("secret = it's a \"secret\" $HOME\n"))
        #expect(try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int == 0o600)

        let hosts = SSHHosts(program: ssh)
        let running = try await hosts.workers(of: jobs)
        #expect(running.map(\.state) == [.running, .running])
        #expect(running.map { $0.log?.hasJoined } == [true, true])
        let arguments = "run --key \(secret) --connect tcp://head:7461 --threads 3 --data /my data"
        #expect(running[0].log?.lastLines.last == "now info worker: joined run x with \(arguments)")

        let again = try await start(executable, on: ["one", "two"], earlier: jobs.filter { $0.place == "one" })
        #expect(again.map(\.result) == [.runs, .joined])
        #expect(again.map(\.hasCopied) == [false, false])

        #expect(try await hosts.cancel(jobs + again.compactMap(\.job)) == [nil, nil, nil])
        var ended = try await hosts.workers(of: jobs)
        for _ in 0..<50 where ended.map(\.state) != [.ended, .ended] {
            try await Task.sleep(for: .milliseconds(100))
            ended = try await hosts.workers(of: jobs)
        }
        #expect(ended.map(\.state) == [.ended, .ended])
        #expect(!FileManager.default.fileExists(atPath: secret))
        #expect(try await start(executable, on: ["one"], earlier: jobs).map(\.result) == [.joined])
        _ = try await hosts.cancel(try await lastJobs(on: "one"))
    }

    /// Jobs that are found on a host, so that nothing is left running.
    private func lastJobs(on host: String) async throws -> [LaunchedJob] {
        let folder = "\(folder.url.path)/\(host)/.cache/bitsweep/jobs"
        return try FileManager.default.contentsOfDirectory(atPath: folder).map {
            LaunchedJob(launcher: .ssh, place: host, id: $0, name: "", run: nil, workers: 1, launched: Date())
        }
    }

    @Test("a worker that does not join is said to, with its last words, and one that ends has failed")
    func wordsOfFailure() async throws {
        let mute = worker("not connected for 5 s: nobody answers")
        let outcomes = try await start(mute, on: ["three"], patience: 2)
        #expect(outcomes.map(\.result) == [.started])
        #expect(outcomes[0].reason == "not connected for 5 s: nobody answers")
        _ = try await SSHHosts(program: ssh).cancel(outcomes.compactMap(\.job))

        let brief = try await start(worker("the coordinator refuses this worker", then: "exit 1"), on: ["four"])
        #expect(brief.map(\.result) == [.failed])
        #expect(brief[0].reason == "the coordinator refuses this worker")
        #expect(brief[0].job == nil)
    }

    @Test("an executable that arrives damaged, or does not start, is not taken for one that does")
    func executables() async throws {
        let outcomes = try await start(worker("joined run x" + String(repeating: " ", count: 200)), on: ["lossy"])
        #expect(outcomes.map(\.result) == [.failed])
        #expect(outcomes[0].reason == "the executable arrived damaged; launch again")
        let bin = "\(folder.url.path)/lossy/.cache/bitsweep/bin"
        #expect(try FileManager.default.contentsOfDirectory(atPath: bin) == [])

        let library = "error while loading shared libraries: libswiftCore.so"
        let broken = worker("never", then: "").bytes
        let text = String(decoding: broken, as: UTF8.self).replacing(
            "exit 0",
            with: "{ echo '\(library)' >&2; exit 127; }"
        )
        let failed = try await start(executable(text), on: ["five"])
        #expect(failed.map(\.result) == [.failed])
        #expect(failed[0].reason?.contains(library) == true)
    }
}

extension ProcessInfo {
    fileprivate var isArm: Bool {
        #if arch(arm64)
        true
        #else
        false
        #endif
    }
}
