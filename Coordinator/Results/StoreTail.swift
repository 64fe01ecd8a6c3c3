// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Reporting
import ResultStore
import Vocabulary

/// Follows a run in the store's file.
struct StoreTail: TailSource {
    private let results: ResultStore
    private let run: String
    private var reader: StatisticsReader
    /// What the run's coordinator adds to what the store has, while it can be reached.
    private var live: LiveProgress
    /// When the run was first looked at, and how many images were recorded then.
    private var first: (time: ContinuousClock.Instant, images: Int)?

    /// Follows the run called `run`, or the newest one.
    ///
    /// With `key` the run's coordinator is asked for what no store has: workers, failures, how far trainings are.
    init(_ store: StoreOption, run: String?, key: WorkerKey?) throws {
        results = try store.openForReading()
        self.run = try store.run(run, in: results).id
        reader = StatisticsReader(store: results)
        live = LiveProgress(of: self.run, key: key)
    }

    mutating func next() async throws -> TailState {
        let record = try results.run(run)
        let rows = try reader.statistics(of: run)
        if record.state == .running || record.state == .paused, let endpoint = record.endpoint,
            let snapshot = await live.snapshot(from: endpoint)
        {
            return TailState(snapshot, rows: rows)
        }
        let speed = record.state == .running ? speed(record.recordedImages) : nil
        return TailState(
            run: record.id,
            sweep: record.sweep,
            state: record.state.rawValue,
            isGoingOn: record.state == .running,
            progress: ProgressLine(
                doneImages: record.recordedImages,
                images: record.images,
                imagesPerSecond: speed,
                remaining: speed.map { .believable(Double(record.images &- record.recordedImages) / $0) },
                workers: nil,
                doneCells: record.done,
                cells: record.cells
            ),
            rows: rows
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
