// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("tail on a terminal", .serialized)
struct FullScreenTests {
    /// A finished run of six cells, made once.
    private static let finished = Task {
        let sweep = try SmallSweep(perClass: 1)
        _ = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"]))
        return sweep
    }

    private func terminal(
        width: Int = 80,
        height: Int = 24,
        _ more: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Pseudoterminal {
        let sweep = try await Self.finished.value
        let terminal = try #require(Pseudoterminal(width: width, height: height))
        try terminal.start(.coordinator, ["tail", "--store", sweep.store()] + more, environment: environment)
        return terminal
    }

    @Test(
        "shows the run on the whole screen, takes keys, and leaves the shell's screen as it was, with a line of the run"
    )
    func keys() async throws {
        let terminal = try await terminal()
        #expect(
            await terminal.shows { $0.isAlternate && $0.text.contains("glow on glyphs") && $0.text.contains("q quit") }
        )
        #expect(terminal.screen.text.contains("by model and data set"))
        #expect(!terminal.isOrdinary)
        terminal.type("j")
        #expect(await terminal.shows { $0.selectedLines.contains { $0.contains("dx=-1") } }, "\(terminal.screen.text)")
        terminal.type("\r")
        #expect(await terminal.shows { $0.text.contains("glow on glyphs (test), translate dx=-1") })
        terminal.type("\u{1B}")
        #expect(await terminal.shows { $0.text.contains("by model and data set") })
        terminal.type("e")
        #expect(await terminal.shows { $0.text.contains("attempt 1 of epoch 1") })
        terminal.type("qy")
        #expect(await terminal.shows { $0.clipboard.count == 1 })
        let id = try #require(
            Data(base64Encoded: terminal.screen.clipboard.first ?? "").map { String(decoding: $0, as: UTF8.self) }
        )
        terminal.type("q")
        #expect(await terminal.end() == 0)
        #expect(await terminal.shows { !$0.isAlternate && $0.text.contains(id) && $0.text.contains("complete") })
        #expect(terminal.isOrdinary && terminal.screen.showsCursor)
        #expect(terminal.screen.unknown.isEmpty, "\(terminal.screen.unknown)")
    }

    @Test(
        "gives the terminal back when it is ended by a signal, by Ctrl-C or by a crash",
        arguments: [(SIGTERM, ""), (SIGHUP, ""), (SIGINT, ""), (SIGINT, "\u{03}"), (SIGSEGV, ""), (SIGABRT, "")]
    )
    func ends(_ signal: Int32, _ keys: String) async throws {
        let terminal = try await terminal()
        #expect(await terminal.shows { $0.isAlternate && $0.text.contains("q quit") })
        if keys.isEmpty { terminal.signal(signal) } else { terminal.type(keys) }
        #expect(await terminal.end() == -signal)
        #expect(await terminal.shows { !$0.isAlternate && $0.showsCursor })
        #expect(terminal.isOrdinary)
    }

    @Test("Ctrl-Z suspends it with the terminal in order, and going on draws the screen again")
    func suspends() async throws {
        let terminal = try await terminal()
        #expect(await terminal.shows { $0.isAlternate && $0.text.contains("glow on glyphs") })
        // The leader of a session has nobody who would let it go on: the system does not stop it at all.
        terminal.type("\u{1A}")
        #expect(await terminal.shows { $0.isAlternate && $0.text.contains("glow on glyphs") })
        // A key that is typed while it is left is discarded with all that is not for the shell.
        var code: Int32?
        for _ in 0..<100 where code == nil {
            terminal.type("q")
            code = await terminal.end(within: 0.2)
        }
        #expect(code == 0)
        #expect(terminal.isOrdinary)
    }

    @Test("SIGSTOP leaves the terminal as it is, and a key that follows SIGCONT at once counts")
    func stopped() async throws {
        let terminal = try await terminal()
        #expect(await terminal.shows { $0.isAlternate && $0.text.contains("glow on glyphs") })
        terminal.signal(SIGSTOP)
        terminal.signal(SIGCONT)
        terminal.type("q")
        #expect(await terminal.end() == 0)
        #expect(terminal.isOrdinary)
    }

    @Test("a new size is drawn at once, a small one too")
    func resizes() async throws {
        let terminal = try await terminal()
        #expect(await terminal.shows { $0.text.contains("glow on glyphs") })
        terminal.resize(width: 132, height: 40)
        let start = ContinuousClock.now
        #expect(await terminal.shows { $0.text.contains("median") && $0.lines.last?.contains("q quit") == true })
        #expect(start.duration(to: .now) < .seconds(2))
        terminal.resize(width: 50, height: 10)
        #expect(await terminal.shows { $0.text.contains("60×15") })
        #expect(terminal.screen.unknown.isEmpty, "\(terminal.screen.unknown)")
        terminal.type("q")
        #expect(await terminal.end() == 0)
    }

    @Test("a terminal without UTF-8 gets ASCII, and NO_COLOR no colours")
    func plain() async throws {
        let terminal = try await terminal(environment: ["LC_ALL": "C", "NO_COLOR": "1"])
        #expect(await terminal.shows { $0.text.contains("glow on glyphs") })
        #expect(terminal.screen.text.utf8.allSatisfy { $0 < 0x80 }, "\(terminal.screen.text)")
        terminal.type("q")
        #expect(await terminal.end() == 0)
    }

    @Test("words, not signs, are for those who ask for them, and one line for terminals that are small")
    func otherModes() async throws {
        let words = try await terminal(environment: ["ACCESSIBLE": "1"])
        #expect(await words.end() == 0)
        #expect(await words.shows { $0.text.contains("The run is complete.") })
        #expect(!words.screen.isAlternate && words.screen.text.utf8.allSatisfy { $0 < 0x80 })
        let small = try await terminal(width: 50, height: 10)
        #expect(await small.end() == 0)
        #expect(await small.shows { $0.lines.first?.contains("100 %") == true })
        #expect(!small.screen.isAlternate)
    }

    @Test("into a pipe goes a line for each change of state and the table at the end, and never a carriage return")
    func pipes() async throws {
        let sweep = try await Self.finished.value
        let outcome = try await Executable.coordinator.run(["tail", "--store", sweep.store()])
        #expect(outcome.code == 0)
        #expect(!outcome.output.contains("\r") && !outcome.output.contains("\u{1B}"))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.contains(/^\d{4}-\d\d-\d\dT.*small · run .* · complete · 100 %/) == true)
        #expect(lines.count > 60, "six cells of ten classes and all")
    }
}
