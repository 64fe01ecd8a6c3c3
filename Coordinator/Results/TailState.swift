// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import WireProtocol

/// What `tail` shows at one moment.
struct TailState: Hashable, Sendable {
    /// The run's id.
    var run: String
    /// The sweep's name.
    var sweep: String
    /// How far the run has come, in one word.
    var state: String
    /// Whether there may be more to see later.
    var isGoingOn: Bool
    /// The line under the title.
    var progress: ProgressLine
    /// The trainings that go on or wait.
    var trainings: [TrainingStatus]
    /// For each cell its classes, then all of them together.
    var rows: [CellStatistics]
    /// Cells beyond those that the rows are of.
    var others: Int

    /// What is seen of a run and some of its cells.
    init(_ view: RunView) {
        run = view.run
        sweep = view.sweep
        state = view.state
        isGoingOn = view.isGoingOn
        progress = view.progress
        trainings = view.live?.trainings.open ?? []
        rows = view.page.cells.flatMap(\.rows)
        others = view.page.total - view.page.cells.count
    }
}
