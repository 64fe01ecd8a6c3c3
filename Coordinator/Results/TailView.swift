// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import Statistics
import Vocabulary
import WireProtocol

/// Draws what `tail` sees: in place on a terminal, one block after another elsewhere.
struct TailView {
    let isJSON: Bool
    let showsClasses: Bool
    let isLive: Bool
    private var shown: TailState?

    init(isJSON: Bool, showsClasses: Bool, isLive: Bool) {
        self.isJSON = isJSON
        self.showsClasses = showsClasses
        self.isLive = isLive
    }

    mutating func show(_ state: TailState) throws {
        defer { shown = state }
        if isJSON { return try writeJSON(state) }
        let terminal = Terminal.output
        var lines = ["\(state.sweep) · run \(state.run) · \(state.state)"]
        lines.append(state.progress.text(width: terminal.width ?? 120))
        lines += state.trainings.map(\.line).map { line in
            terminal.width.map { DisplayWidth.shorten(line, to: $0) } ?? line
        }
        lines += table(state, terminal)
        if state.others > 0 { lines.append("… and \(counted(state.others, "more cell"))") }
        if terminal.isRewritable, isLive {
            // Home, each line cleared to its end, then the rest of the screen: no flicker.
            let visible = lines.prefix(max(3, (terminal.height ?? 24) - 1))
            try terminal.write("\u{1B}[H" + visible.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
        } else if state != shown {
            try terminal.write(lines: lines)
        }
    }

    /// Every class of every cell where that fits, otherwise a line a cell.
    private func table(_ state: TailState, _ terminal: Terminal) -> [String] {
        let (width, style) = (terminal.width, terminal.style)
        let full = DistributionTable.lines(state.rows, width: width, style: style)
        if showsClasses || !isLive || full.count + 3 <= terminal.height ?? .max { return full }
        return SummaryTable.lines(state.rows, width: width, style: style)
    }

    private func writeJSON(_ state: TailState) throws {
        guard state != shown else { return }
        for training in state.trainings {
            try Terminal.output.write(ReportJSON.text(TailTraining(run: state.run, status: training)) + "\n")
        }
        for row in state.rows { try Terminal.output.write(ReportJSON.text(TailLine(run: state.run, row: row)) + "\n") }
    }
}

/// A line of `tail --json` while a model is trained: how far that is.
private struct TailTraining: Encodable {
    var run: String
    var training: RunEvent.Progress.Training

    init(run: String, status: TrainingStatus) {
        self.run = run
        training = RunEvent.Progress.Training(status)
    }
}

/// A line of `tail --json`: a row and the run it is of, in one flat object.
private struct TailLine: Encodable {
    var run: String
    var row: CellStatistics

    private enum CodingKeys: String, CodingKey {
        case run
    }

    func encode(to encoder: any Encoder) throws {
        try row.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(run, forKey: .run)
    }
}
