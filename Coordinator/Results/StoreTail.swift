// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Reporting
import ResultStore
import Statistics
import Vocabulary
import WireProtocol

/// Looks at a run in the store's file.
struct StoreTail: RunSource {
    private let results: ResultStore
    private let run: String
    private let pages: CellPages
    /// What the run's coordinator adds to what the store has, while it can be reached.
    private var live: LiveProgress
    /// When the run was first looked at, and how many images were recorded then.
    private var first: (time: ContinuousClock.Instant, images: Int)?

    /// Looks at the run called `run`, or at the newest one.
    ///
    /// With `key` the run's coordinator is asked for what no store has: workers, failures, how far trainings are.
    init(_ store: StoreOption, run: String?, key: WorkerKey?) throws {
        results = try store.openForReading()
        let record = try store.run(run, in: results)
        self.run = record.id
        pages = try CellPages(of: record.id, in: results, epoch: record.epoch)
        live = LiveProgress(of: record.id, key: key)
    }

    mutating func look(_ request: CellPageRequest?) async throws -> RunView {
        var view = try await facts()
        guard let request else { return view }
        let page = try pages.page(request)
        view.page = SummaryPage(total: page.total, start: page.start, cells: page.cells)
        (view.selected, view.scales) = (page.selected, page.scales)
        (view.epoch, view.number) = (page.epoch, page.number)
        return view
    }

    private mutating func facts() async throws -> RunView {
        let record = try results.run(run)
        if record.state == .running || record.state == .paused, let endpoint = record.endpoint,
            let snapshot = await live.snapshot(from: endpoint)
        {
            return RunView(snapshot)
        }
        let speed = record.state == .running ? speed(record.recordedImages) : nil
        return RunView(
            run: record.id,
            sweep: record.sweep,
            state: record.state.rawValue,
            isGoingOn: record.state == .running,
            cells: record.cells,
            progress: ProgressLine(
                doneImages: record.recordedImages,
                images: record.images,
                imagesPerSecond: speed,
                remaining: speed.map { .believable(Double(record.images &- record.recordedImages) / $0) },
                workers: nil,
                doneCells: record.done,
                cells: record.cells
            )
        )
    }

    /// Images recorded per second since the first look; nil before there is anything to compare with.
    private mutating func speed(_ images: Int) -> Double? {
        guard let first else {
            first = (.now, images)
            return nil
        }
        let seconds = first.time.duration(to: .now) / .seconds(1)
        return images > first.images && seconds > 0 ? Double(images - first.images) / seconds : nil
    }
}
