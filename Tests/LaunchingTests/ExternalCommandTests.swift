// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launching
import Testing

@Suite struct ExternalCommandTests {
    @Test func `a command reads its input and gives all of its output, however much it is`() async throws {
        let input = Data(repeating: 0x61, count: 1_000_000)
        let outcome = try await ExternalCommand("sh", ["-c", "tee /dev/stderr"], input: input).run()
        #expect(outcome.isSuccess)
        #expect(outcome.output.utf8.count == 1_000_000 && outcome.errors.utf8.count == 1_000_000)
    }

    @Test func `one that takes too long is ended and says so`() async throws {
        let outcome = try await ExternalCommand("sleep", ["60"], timeout: .milliseconds(200)).run()
        #expect(outcome.isLate && !outcome.isSuccess && outcome.code == -SIGKILL)
        #expect(outcome.reason == "it did not answer in time")
    }

    @Test func `its failure is told in its own last line, and a program that is not there by name`() async throws {
        let outcome = try await ExternalCommand("sh", ["-c", "echo one >&2; echo two >&2; exit 3"]).run()
        #expect(outcome.code == 3 && outcome.reason == "two")
        let absent = await #expect(throws: LaunchError.self) { try await ExternalCommand("no-such-program", []).run() }
        #expect(absent?.description == "there is no 'no-such-program' in PATH")
    }
}
