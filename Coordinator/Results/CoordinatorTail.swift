// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary
import WireProtocol

/// Follows a run by asking its coordinator.
struct CoordinatorTail: TailSource {
    private let run: String?
    private let exchange: ClientExchange

    init(_ exchange: ClientExchange, run: String?) {
        self.run = run
        self.exchange = exchange
    }

    mutating func next() async throws -> TailState {
        var rows: [CellStatistics] = []
        while true {
            let request = SnapshotRequest(run: run, firstRow: rows.count)
            let snapshot = try await exchange.snapshot(request)
            rows += snapshot.rows
            guard !snapshot.rows.isEmpty, rows.count < snapshot.rowCount else { return TailState(snapshot, rows: rows) }
        }
    }
}

extension TailState {
    /// What a coordinator says of its run, and the run's rows.
    init(_ snapshot: Snapshot, rows: [CellStatistics]) {
        self.init(
            run: snapshot.run,
            sweep: snapshot.sweep,
            state: snapshot.state.rawValue,
            isGoingOn: snapshot.state == .running || snapshot.state == .paused,
            progress: ProgressLine(snapshot),
            trainings: snapshot.trainings.open,
            rows: rows
        )
    }
}

extension ProgressLine {
    /// The line for where a coordinator says its run stands.
    init(_ snapshot: Snapshot) {
        self.init(
            doneImages: snapshot.imagesDone,
            images: snapshot.images,
            imagesPerSecond: snapshot.imagesPerSecond > 0 ? snapshot.imagesPerSecond : nil,
            remaining: snapshot.remainingSeconds.map { .believable($0) },
            workers: snapshot.workerCount,
            doneCells: snapshot.cellsDone,
            cells: snapshot.cells,
            failedShards: snapshot.failedShards,
            current: snapshot.trainings.words,
            trouble: snapshot.failures.trouble(beside: snapshot.workers)
        )
    }
}
