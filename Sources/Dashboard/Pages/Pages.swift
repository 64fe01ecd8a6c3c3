// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting
import ResultStore
import Statistics
import Vocabulary

/// Makes pages and their twins; what it does blocks, and is done on one thread.
struct Pages: Sendable {
    /// Images of a cell that are shown.
    private static let examples = 12

    private let settings: DashboardSettings
    private let pictures = Computed<CellID, [CellPicture]>("dashboard.pictures", most: 64, leisure: 0)
    private let answers: RunQuestions
    private let cells: CellIndexes

    init(_ settings: DashboardSettings) {
        self.settings = settings
        answers = RunQuestions(settings.store)
        cells = CellIndexes(settings.store)
    }

    private var store: ResultStore { settings.store }

    /// How the runs stand that go on, as JSON.
    @Sendable
    func status() -> WebResponse {
        answering(isTwin: true, path: []) {
            let going = try store.runs().prefix(Paging.size).filter { $0.state == .running || $0.state == .paused }
            return try .json(LiveStatus(going.map(facts)))
        }
    }

    /// Why nothing can be shown; nil when it can.
    var problem: String? {
        do {
            _ = try store.runs().first
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The page, or why there is none.
    func response(_ route: PageRoute, _ path: [String]) -> WebResponse {
        answering(isTwin: route.isTwin, path: path) {
            switch route.page {
            case .overview: try overview(route, path)
            case .cells(let run, let query): try cells(run, query, route, path)
            case .cell(let run, let cell): try self.cell(cell, of: run, route, path)
            case .below(let run, .workers): try workers(run, route, path)
            case .below(let run, .failures): try failures(run, route, path)
            case .below(let run, let page): try answer(page, run, route, path)
            }
        }
    }

    /// The form that asks for a token.
    func login(_ path: [String], _ problem: String?, status: Int) -> WebResponse {
        let links = Links(from: path)
        let frame = PageFrame(title: "This dashboard is protected", links: links, version: settings.version)
        return frame.response(PlainPages.login(links, problem: problem), status: status)
    }

    /// That there is no such page.
    func missing(_ path: [String]) -> WebResponse { fault(404, "There is no such page.", path) }

    private func answering(isTwin: Bool, path: [String], _ make: () throws -> WebResponse) -> WebResponse {
        do {
            return try make()
        } catch let error as ResultStoreError {
            let status = error.isOfName ? 404 : 503
            return isTwin ? .text("\(error)\n", status: status) : fault(status, "\(error)", path)
        } catch {
            return isTwin ? .text("\(error)\n", status: 500) : fault(500, "\(error)", path)
        }
    }

    private func fault(_ status: Int, _ message: String, _ path: [String]) -> WebResponse {
        let links = Links(from: path)
        let frame = PageFrame(title: status == 404 ? "Not found" : "No answer", links: links, version: settings.version)
        return frame.response(PlainPages.fault(message, links), status: status)
    }

    private func facts(_ record: RunRecord) -> RunFacts { RunFacts(record, live(record.id)) }

    private func live(_ run: String) -> LiveRun? { settings.live().flatMap { $0.run == run ? $0 : nil } }

    // Pages, one after the other.

    private func overview(_ route: PageRoute, _ path: [String]) throws -> WebResponse {
        let runs = try store.runs()
        let shown = runs.dropFirst(Paging(page: route.number, total: runs.count).start).prefix(Paging.size)
        let page = OverviewPage(runs: shown.map(facts), total: runs.count, page: route.number, store: store.path)
        guard !route.isTwin else { return try .json(page) }
        let links = Links(from: path)
        var frame = PageFrame(title: "Runs", links: links, version: settings.version)
        frame.twin = "\(links.root)runs.json\(route.number > 1 ? "?page=\(route.number)" : "")"
        frame.isLive = true
        return frame.response(page.html(links))
    }

    private func cells(
        _ run: String,
        _ query: CellTableQuery,
        _ route: PageRoute,
        _ path: [String]
    ) throws -> WebResponse {
        let record = try store.run(run)
        let start = Paging(page: query.page, total: 0).start
        let found = try cells.page(of: run, query.cells, from: start)
        let page = CellsPage(facts: facts(record), query: query, total: found.total, cells: found.cells)
        guard !route.isTwin else { return try .json(page.twin) }
        let frame = frame(record, .cells, path, title: record.id, twin: query.items)
        return frame.response(page.html(frame.links))
    }

    private func cell(_ id: CellID, of run: String, _ route: PageRoute, _ path: [String]) throws -> WebResponse {
        let record = try store.run(run)
        let cell = try store.summary(of: id, in: run)
        var baseline: SummarisedCell?
        // The cell to compare with may belong to another run of the store.
        if let other = cell.baseline, other != id { baseline = try? store.summary(of: other, in: run) }
        let page = CellDetailPage(run: run, cell: cell, baseline: baseline, examples: examples(cell, run))
        guard !route.isTwin else { return try .json(page.twin) }
        var frame = frame(record, nil, path, title: page.title)
        frame.trail.append((String(id.description.prefix(8)), frame.links.cell(id, of: run)))
        return frame.response(page.html(frame.links))
    }

    private func examples(_ cell: SummarisedCell, _ run: String) -> CellDetailPage.Examples {
        guard let maker = settings.pictures else {
            return .none("Images are shown by a dashboard that is given the data sets: see --data.")
        }
        guard cell.spec.transform != .identity else { return .none("This cell's images are as they are.") }
        guard cell.isComplete else { return .none("Images are shown when the cell is complete.") }
        let (id, count) = (cell.id, Self.examples)
        let standing = pictures.value(id, version: "") { try maker.pictures(of: id, in: run, count: count) }
        switch standing {
        case .underway: return .none("The images are being made; they appear here when they are done.")
        case .failed(let reason): return .none("No images: \(reason)")
        case .ready(let pictures, _): return .pictures(pictures)
        }
    }

    private func workers(_ run: String, _ route: PageRoute, _ path: [String]) throws -> WebResponse {
        let record = try store.run(run)
        let page = WorkersPage(facts: facts(record), workers: live(run)?.workers, endpoint: record.endpoint)
        guard !route.isTwin else { return try .json(page.twin) }
        let frame = frame(record, .workers, path, title: "Workers")
        return frame.response(page.html(frame.links))
    }

    private func failures(_ run: String, _ route: PageRoute, _ path: [String]) throws -> WebResponse {
        let record = try store.run(run)
        let start = Paging(page: route.number, total: 0).start
        let found = try store.latestFailures(of: run, from: start, limit: Paging.size)
        let page = FailuresPage(facts: facts(record), failures: found.records, total: found.total, page: route.number)
        guard !route.isTwin else { return try .json(page.twin) }
        let frame = frame(record, .failures, path, title: "Failures")
        return frame.response(page.html(frame.links))
    }

    private func answer(_ kind: RunPage, _ run: String, _ route: PageRoute, _ path: [String]) throws -> WebResponse {
        let record = try store.run(run)
        let page = AnswerPage(
            facts: facts(record),
            kind: kind,
            introduction: RunQuestions.introduction(kind),
            standing: answers.standing(kind, record),
            page: route.number
        )
        guard !route.isTwin else { return .text(try page.json(), type: "application/json") }
        let frame = frame(record, kind, path, title: kind.title)
        return frame.response(page.html(frame.links))
    }

    private func frame(
        _ record: RunRecord,
        _ page: RunPage?,
        _ path: [String],
        title: String,
        twin: [QueryItem] = []
    ) -> PageFrame {
        var frame = PageFrame(title: title, links: Links(from: path), version: settings.version)
        frame.run = (record.id, page)
        frame.trail = [(record.id, frame.links.run(record.id))]
        if let page, page != .cells { frame.trail.append((page.title, frame.links.run(record.id, page))) }
        frame.isLive = record.state == .running || record.state == .paused
        frame.twin = path.last.map { RequestTarget.encoded($0) + ".json" + RequestTarget.query(twin) }
        return frame
    }
}

extension ResultStoreError {
    /// Whether what was asked for does not exist.
    fileprivate var isOfName: Bool {
        switch self {
        case .unknownRun, .unknownCell: true
        default: false
        }
    }
}
