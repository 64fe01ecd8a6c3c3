// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What `scripts/reproduce` says before it builds or computes anything.
@Suite(.timeLimit(.minutes(1))) struct ReproduceScriptTests {
    private func outcome(_ arguments: String) async throws -> Outcome {
        let script = Checkout.root.appending(path: "scripts/reproduce").path
        return try await Executable.shell("'\(script)' \(arguments)").outcome()
    }

    @Test("the help names every option, and computes nothing")
    func help() async throws {
        let help = try await outcome("--help")
        #expect(help.code == 0)
        let options = ["--quick", "--data", "--output", "--store", "--workers", "--listen", "--executables"]
        #expect(options.allSatisfy { help.output.contains("\n  \($0)") }, "\(help.output)")
    }

    @Test("what cannot be understood ends in one line with code 2", arguments: ["--quik", "--data", "--workers none"])
    func wrong(_ arguments: String) async throws {
        let wrong = try await outcome(arguments)
        #expect(wrong.code == 2 && wrong.errorLines.count == 1 && wrong.errors.contains("--help"))
    }
}
