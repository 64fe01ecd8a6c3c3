// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Reporting
import ResultStore
import Screens
import Statistics
import WireProtocol

/// A run that is watched, wherever it is looked at.
protocol WatchedRun: Sendable {
    /// How the run stands now, and the cells that are asked for.
    ///
    /// - Throws: where the source cannot be reached; it may be asked again.
    mutating func look(_ request: CellRequest) async throws -> (RunStanding, CellWindow)
    /// What became of a cell, a line each.
    mutating func explain(_ cell: SummarisedCell) async throws -> [String]
}

/// A run that is looked at in its store.
struct WatchedStore: WatchedRun {
    private let results: ResultStore
    private let run: String
    private let endpoint: String?
    private var cells: WatchedCells<StoreTail>
    private var failures = RecordedFailures()

    /// Watches the run called `run`, or the newest one; with `key` its coordinator is asked for what no store has.
    init(_ store: StoreOption, run: String?, key: WorkerKey?) throws {
        results = try store.openForReading()
        let record = try store.run(run, in: results)
        (self.run, endpoint) = (record.id, record.endpoint)
        cells = WatchedCells(try StoreTail(store, run: record.id, key: key))
    }

    mutating func look(_ request: CellRequest) async throws -> (RunStanding, CellWindow) {
        let (view, window) = try await cells.look(request)
        var facts = RunStanding(view, endpoint: endpoint)
        if view.live == nil {
            facts.failures = try failures.reasons(of: run, in: results)
            facts.progress.failedShards = facts.failures.reduce(0) { $0 + $1.shards }
        }
        return (facts, window)
    }

    mutating func explain(_ cell: SummarisedCell) async throws -> [String] {
        ExplainCommand.lines(try results.history(of: "\(cell.id)", in: run), isFull: false)
    }
}

/// A run whose coordinator is asked.
///
/// It is one run for as long as it is watched: should another one be found at the endpoint later, that is an outage. After
/// an outage it is asked through a new connection, so that no late answer is taken for that to a later question.
struct WatchedCoordinator: WatchedRun {
    private let connect: @Sendable () throws -> ClientExchange
    private let endpoint: String
    private var run: String?
    private var exchange: ClientExchange
    private var cells: WatchedCells<CoordinatorTail>

    /// Watches the run called `run`, or the one that is found at `endpoint`, to which `connect` makes connections.
    init(_ endpoint: String, run: String?, connect: @escaping @Sendable () throws -> ClientExchange) throws {
        (self.endpoint, self.run, self.connect) = (endpoint, run, connect)
        exchange = try connect()
        cells = WatchedCells(CoordinatorTail(exchange, run: run))
    }

    mutating func look(_ request: CellRequest) async throws -> (RunStanding, CellWindow) {
        do {
            let (view, window) = try await cells.look(request)
            if run != view.run {
                run = view.run
                cells = WatchedCells(CoordinatorTail(exchange, run: view.run))
            }
            return (RunStanding(view, endpoint: endpoint), window)
        } catch {
            exchange = try connect()
            cells = WatchedCells(CoordinatorTail(exchange, run: run))
            throw error
        }
    }

    mutating func explain(_ cell: SummarisedCell) async throws -> [String] {
        let reply = try await exchange.control(.explain(cell: "\(cell.id)"), run: run)
        return [reply.text] + reply.lines.map { "  \($0)" }
    }
}

/// Asks a source for the cells that a screen shows, in an order that can be held.
private struct WatchedCells<Source: RunSource & Sendable> {
    private var source: Source
    private var order = HeldOrder()

    init(_ source: Source) { self.source = source }

    mutating func look(_ request: CellRequest) async throws -> (RunView, CellWindow) {
        guard request.limit > 0 else { return (try await source.look(nil), CellWindow()) }
        var (source, order) = (source, order)
        var view: RunView?
        let window = try await order.window(request) { request in
            let seen = try await source.look(CellPageRequest(request))
            // Further looks of the same request are for cells alone.
            view = view ?? seen
            return CellWindow(seen)
        }
        (self.source, self.order) = (source, order)
        if let view { return (view, window) }
        return (try await self.source.look(nil), window)
    }
}

extension CellPageRequest {
    fileprivate init(_ request: CellRequest) {
        let limit = min(request.limit, WireLimits.cellsPerPage)
        self.init(request.query, start: request.first, limit: limit, selected: request.selected)
        wantsScales = true
    }
}

extension CellWindow {
    fileprivate init(_ view: RunView) {
        self.init()
        matching = view.page.total
        first = view.page.start
        cells = view.page.cells
        selected = view.selected.map { Selected(cell: $0.cell, position: $0.position) }
        scales = view.scales?.values ?? [:]
    }
}

extension RunStanding {
    fileprivate init(_ view: RunView, endpoint: String?) {
        self.init(
            run: view.run,
            sweep: view.sweep,
            state: view.state,
            isGoingOn: view.isGoingOn,
            progress: view.progress
        )
        self.endpoint = endpoint
        guard let live = view.live else { return }
        pauseReason = live.pauseReason
        trainings = live.trainings.open.map(\.line)
        workers = live.workers
        workerCount = live.workerCount
        failures = live.failures
        notices = live.notices
    }
}
