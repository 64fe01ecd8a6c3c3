// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The first process of a container", .timeLimit(.minutes(1)))
struct FirstProcessTests {
    @Test(
        "it ends by the signals that end others, and removes what it was writing",
        .enabled(if: Machine.hasNamespaces, "needs processes with numbers of their own"),
        arguments: [SIGTERM, SIGHUP]
    )
    func signals(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        // A plan of a pipe in which nothing comes: a command that does not ask for signals itself.
        let line = "unshare --pid --fork --kill-child \"$COORDINATOR\" plan - < <(exec sleep 20)"
        let shell = try Executable.shell("\(line) & echo $! > \(folder.path("unshare")); wait $!")
        let unshare = try await number(in: folder, "unshare")
        let first = try await child(of: unshare)
        // It has its handlers before it reads; until then the kernel keeps such signals from it.
        for _ in 0..<100 where shell.isRunning {
            kill(first, signal)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(!shell.isRunning)
        shell.signal(SIGKILL)
        #expect(try await shell.outcome().code == 128 + signal)
    }

    private func number(in folder: TemporaryFolder, _ file: String) async throws -> Int32 {
        for _ in 0..<200 {
            if let number = Int32(folder.text(file).trimmingCharacters(in: .whitespacesAndNewlines)) { return number }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.coderValueNotFound)
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
