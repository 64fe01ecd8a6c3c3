// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Reporting
import Statistics
import Vocabulary
import WireProtocol

/// Looks at a run by asking its coordinator, for what changed since the last look.
struct CoordinatorTail: RunSource {
    private let run: String?
    private let exchange: ClientExchange
    private var mirror = CellMirror()

    init(_ exchange: ClientExchange, run: String?) {
        self.run = run
        self.exchange = exchange
    }

    mutating func look(_ request: CellPageRequest?) async throws -> RunView {
        guard let request else { return RunView(try await exchange.snapshot(SnapshotRequest(run: run))) }
        // One more time where something was missing, and then it was asked for as a whole.
        for _ in 0..<2 {
            let wanted = mirror.request(request)
            let snapshot = try await exchange.snapshot(SnapshotRequest(run: run, page: wanted))
            var view = RunView(snapshot)
            guard let answer = snapshot.page else {
                throw CommandFailure.failed("the coordinator is of an earlier version, which cannot show its cells")
            }
            guard let page = mirror.apply(answer) else { continue }
            view.page = page
            (view.selected, view.scales) = (answer.selected, answer.scales)
            (view.epoch, view.number) = (answer.epoch, answer.number)
            return view
        }
        throw CommandFailure.failed("the coordinator's answer lacks cells that it names")
    }
}

extension RunView {
    /// What a coordinator says of its run, without its cells.
    init(_ snapshot: Snapshot) {
        self.init(
            run: snapshot.run,
            sweep: snapshot.sweep,
            state: snapshot.state.rawValue,
            isGoingOn: snapshot.state == .running || snapshot.state == .paused,
            cells: snapshot.cells,
            progress: ProgressLine(snapshot),
            live: snapshot
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
