// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import Statistics
import Vocabulary
import WireProtocol

/// Prints what `tail` sees: the table, or as JSON what changed since the last time.
struct TailView {
    let isJSON: Bool
    let colour: ColourWish
    /// What was written last, of JSON: only what differs is written again.
    private var shown: TailState?

    init(isJSON: Bool, colour: ColourWish) {
        self.isJSON = isJSON
        self.colour = colour
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
        lines += DistributionTable.lines(state.rows, width: terminal.width, style: terminal.style(colour))
        if state.others > 0 { lines.append("… and \(counted(state.others, "more cell"))") }
        try terminal.write(lines: lines)
    }

    private func writeJSON(_ state: TailState) throws {
        let trainings = Set(shown?.trainings ?? [])
        for training in state.trainings where !trainings.contains(training) {
            try Terminal.output.write(ReportJSON.text(TailTraining(run: state.run, status: training)) + "\n")
        }
        let rows = Set(shown?.rows ?? [])
        for row in state.rows where !rows.contains(row) {
            try Terminal.output.write(ReportJSON.text(TailLine(run: state.run, row: row)) + "\n")
        }
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
