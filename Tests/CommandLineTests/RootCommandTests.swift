// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import CommandLine

@Suite("Root command")
struct RootCommandTests {
    @Test("a mistake in the command line is one line that names the help, and code 2")
    func mistake() async throws {
        let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
            await Sweeper.runProcess(["sweep", "--broom", "x"])
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text == "Unknown option '--broom'; see 'sweeper sweep --help'\n")
    }

    @Test("a failed validation reads the same way, without the sentence's full stop")
    func validation() async throws {
        let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
            await Sweeper.runProcess(["sweep", "--times", "0"])
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text == "--times takes 1 or more; see 'sweeper sweep --help'\n")
    }

    @Test("help is printed on standard output and is no failure")
    func help() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            await Sweeper.runProcess(["--help"])
        }
        let text = String(decoding: result.standardOutputContent, as: UTF8.self)
        #expect(text.contains("USAGE: sweeper <subcommand>"))
        #expect(text.contains("Sweeps floors."))
    }

    @Test("a command's exit code is the process's")
    func code() async {
        await #expect(processExitsWith: .exitCode(130)) { await Sweeper.runProcess(["sweep", "--interrupted"]) }
    }

    @Test("a command that is done comes back")
    func done() async {
        await Sweeper.runProcess(["sweep"])
    }
}

/// A root with one subcommand.
private struct Sweeper: RootCommand {
    static let configuration = CommandConfiguration.root(
        "sweeper",
        abstract: "Sweeps floors.",
        discussion: "",
        subcommands: [Sweep.self]
    )

    struct Sweep: AsyncParsableCommand {
        @Option var times = 1
        @Flag var interrupted = false

        func validate() throws {
            if times < 1 { throw ValidationError("--times takes 1 or more.") }
        }

        func run() async throws {
            if interrupted { throw ExitCode(130) }
        }
    }
}
