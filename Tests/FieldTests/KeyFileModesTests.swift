// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Keys as orchestrators of containers and secret stores hand them out.
@Suite("Key files with modes of others' choosing", .timeLimit(.minutes(2)))
struct KeyFileModesTests {
    private let folder: TemporaryFolder
    private var keys: String { folder.path("keys") }
    private var key: String { folder.path("keys/worker.key") }

    init() async throws {
        folder = try TemporaryFolder()
        let made = try await Executable.coordinator.run(["keys", "new", "--keys", folder.path("keys")])
        try #require(made.code == 0, "\(made.errors)")
    }

    /// Runs a small sweep, encrypted, whose one worker is started with a line of shell for its key.
    private func run(_ worker: (String) -> String) async throws -> (coordinator: Outcome, worker: RunningProcess) {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json", "--keys", keys]))
        let line = worker("\"$WORKER\" run --connect \(try await coordinator.endpoint()) --threads 1")
        let process = try Executable.shell(line)
        return (try await coordinator.outcome(), process)
    }

    @Test("a worker takes its key from a pipe")
    func pipe() async throws {
        let (outcome, worker) = try await run { "\($0) --key <(cat \(key))" }
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test(
        "modes that only a mount's owner can change are taken where that cannot be written",
        .enabled(if: MountNamespace.isPossible, "needs the right to mount for one process"),
        arguments: ["0444", "0640"]
    )
    func readOnlyMount(_ mode: String) async throws {
        let mount = "mount --bind \(keys) \(keys) && mount -o remount,bind,ro \(keys)"
        let (outcome, worker) = try await run { command in
            MountNamespace.line("chmod \(mode) \(key) && \(mount)", then: "\(command) --key \(key)")
        }
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test(
        "so is a key of somebody else that was mounted by itself, as Compose does, and not one in a folder that was",
        .enabled(if: geteuid() == 0 && MountNamespace.isPossible, "needs root, and the right to mount for one process")
    )
    func foreignOwner() async throws {
        func outcome(mounting place: String, mode: String) async throws -> Outcome {
            let change = "chown 65533 \(key) && chmod \(mode) \(key)"
            let mount = "\(change) && mount --bind \(place) \(place) && mount -o remount,bind,ro \(place)"
            let connect = "\"$WORKER\" run --connect tcp://127.0.0.1:1 --idle-timeout 1s --key \(key)"
            return try await Executable.shell(MountNamespace.line(mount, then: connect)).outcome()
        }
        let file = try await outcome(mounting: key, mode: "0444")
        #expect(file.code == 0 && file.errors.contains("nothing to do"), "\(file)")
        let folder = try await outcome(mounting: keys, mode: "0444")
        #expect(folder.code == 2 && folder.errors.contains("0444"), "\(folder)")
        let writable = try await outcome(mounting: key, mode: "0464")
        #expect(writable.code == 2 && writable.errors.contains("0464"), "\(writable)")
    }

    @Test("elsewhere the message names both remedies, and --trust-mode is the one without chmod")
    func trust() async throws {
        let connect = "\"$WORKER\" run --connect tcp://127.0.0.1:1 --key \(key)"
        let refused = try await Executable.shell("chmod 0644 \(key); \(connect)").outcome()
        #expect(refused.code == 2 && refused.errorLines.count == 1, "\(refused)")
        #expect(refused.errors.contains("chmod 600 \(key)") && refused.errors.contains("--trust-mode"), "\(refused)")
        let (outcome, worker) = try await run { "\($0) --key \(key) --trust-mode" }
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")

        let sweep = try SmallSweep(perClass: 1)
        let listen = sweep.run(["--keys", keys, "--local-workers", "1"])
        let own = try await Executable.shell("chmod 0640 \(folder.path("keys/coordinator.key"))").outcome()
        #expect(own.code == 0)
        #expect(try await Executable.coordinator.run(listen).code == 2)
        #expect(try await Executable.coordinator.run(listen + ["--trust-mode"]).code == 0)
    }
}
