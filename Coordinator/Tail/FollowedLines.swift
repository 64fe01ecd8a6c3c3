// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import Screens

/// A run in lines, one after another: for pipes, small terminals and screen readers.
struct FollowedLines<Source: WatchedRun> {
    private static var pause: Duration { .seconds(1) }

    private let mode: ViewMode
    private var source: Source
    private var lines = RunLines()
    private var words = RunWords()
    private var outage: String?

    init(_ source: Source, mode: ViewMode) { (self.source, self.mode) = (source, mode) }

    /// Prints what changes until the run ends.
    mutating func run() async throws {
        let start = ContinuousClock.now
        var isFirst = true
        while true {
            let now = start.duration(to: .now) / .seconds(1)
            do {
                let (facts, _) = try await source.look(CellRequest())
                try show(facts, at: now)
                if !facts.isGoingOn { return try await finish() }
            } catch let error as CommandFailure where !isFirst {
                // Who once answered may answer again.
                try show(outage: error.description, at: now)
            }
            isFirst = false
            try await Task.sleep(for: Self.pause)
        }
    }

    private mutating func show(_ facts: RunStanding, at now: Double) throws {
        switch mode {
        case .oneLine: try rewrite(facts.progress.text(width: width))
        case .words: try Terminal.output.write(lines: words.lines(for: facts))
        case .lines, .fullScreen:
            try Terminal.output.write(lines: lines.lines(for: facts, at: now).map { "\(Self.time) \($0)" })
        }
    }

    private mutating func show(outage reason: String, at now: Double) throws {
        switch mode {
        case .oneLine: try rewrite("reconnecting: \(reason)")
        case .words: try Terminal.output.write(lines: words.lines(forOutage: reason))
        case .lines, .fullScreen:
            try Terminal.output.write(lines: lines.lines(forOutage: reason, at: now).map { "\(Self.time) \($0)" })
        }
    }

    /// One column stays free: a full line may move the cursor on.
    private var width: Int { max(1, (Terminal.output.width ?? 80) - 1) }

    private func rewrite(_ text: String) throws {
        try Terminal.output.write("\r\(ScreenLine(text).clipped(to: width).text)\u{1B}[K")
    }

    private mutating func finish() async throws {
        if mode == .oneLine { try Terminal.output.write("\n") }
        if mode == .words { try await sayCells() }
    }

    /// Prints a sentence for each cell that has results.
    mutating func sayCells() async throws {
        var request = CellRequest()
        request.limit = 256
        while true {
            let (_, page) = try await source.look(request)
            try Terminal.output.write(lines: page.cells.map(RunWords.line))
            request.first += page.cells.count
            if page.cells.isEmpty || request.first >= page.matching { return }
        }
    }

    /// The time of day in the one form that every log can be sorted by.
    private static var time: String { Date.now.formatted(.iso8601) }
}
