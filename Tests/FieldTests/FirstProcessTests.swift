// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The first process of a container", .timeLimit(.minutes(1)))
struct FirstProcessTests {
    @Test(
        "it ends by the signals that end others, with the code that shells give them",
        .enabled(if: Machine.hasNamespaces, "needs processes with numbers of their own"),
        arguments: [SIGTERM, SIGHUP]
    )
    func signals(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        // A plan of a pipe in which nothing comes: a command that does not ask for signals itself.
        let pipe = folder.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let unshare = try Executable.shell("exec unshare --pid --fork \"$COORDINATOR\" plan - 0<> \(pipe)")
        let first = try await child(of: unshare.id)
        // It has its handlers before it reads; until then the kernel keeps such signals from it.
        for _ in 0..<400 where unshare.isRunning {
            kill(first, signal)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(!unshare.isRunning)
        if unshare.isRunning { kill(first, SIGKILL) }
        #expect(try await unshare.outcome().code == 128 + signal)
    }

    /// The process that a process has started.
    private func child(of parent: Int32) async throws -> Int32 {
        for _ in 0..<200 {
            let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
            if let child = text?.split(separator: " ").first.flatMap({ Int32($0) }) { return child }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.coderValueNotFound)
    }
}
