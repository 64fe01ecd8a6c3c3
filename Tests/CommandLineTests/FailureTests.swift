// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import CommandLine

@Suite("Failures of commands")
struct FailureTests {
    @Test("a failure is its message, and has the code that scripts rely on")
    func codes() {
        let codes: [(CommandFailure, Int32)] = [(.failed("a"), 1), (.usage("a"), 2), (.cutShort("a"), 3)]
        for (failure, code) in codes {
            #expect("\(failure)" == "a")
            #expect(failure.exitCode.rawValue == code)
        }
    }

    @Test("what the body returns comes back")
    func success() async throws {
        #expect(try await reportingErrors { 7 } == 7)
    }

    @Test("an exit code passes as it is")
    func exitCode() async {
        let code = await #expect(throws: ExitCode.self) { try await reportingErrors { throw ExitCode(130) } }
        #expect(code?.rawValue == 130)
    }

    @Test("a failure is one line on standard error")
    func reported() async throws {
        let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
            do {
                try await reportingErrors { throw CommandFailure.usage("sweep.yaml: no such file") }
            } catch let code as ExitCode {
                NoCommand.exit(withError: code)
            }
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == "sweep.yaml: no such file\n")
    }

    @Test("any other error counts as failed, and says what it says")
    func other() async throws {
        let result = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            struct Broken: Error, CustomStringConvertible { let description = "the disk is gone" }
            do {
                try await reportingErrors { throw Broken() }
            } catch let code as ExitCode {
                NoCommand.exit(withError: code)
            }
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == "the disk is gone\n")
    }
}

private struct NoCommand: ParsableCommand {}
