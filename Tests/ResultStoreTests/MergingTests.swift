// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import GRDB
import TestSupport
import Testing
import Vocabulary

@testable import ResultStore

/// Stores of several coordinators, brought together.
@Suite("Merging stores")
struct MergingTests {
    private let plain = Scene.cell()
    private let shifted = Scene.cell(.translate(Translation(dx: -1)))
    private let other = Scene.cell(seed: 7, slice: Scene.slice("fashion", count: 9))

    /// A store with one complete run of these cells, and the scene that holds it.
    private func complete(_ run: String, sweep: String, _ cells: [CellEntry], worker: String = "worker") throws -> Scene
    {
        let scene = try Scene()
        try scene.begin(run, sweep: sweep, cells: cells)
        try record(cells, in: run, of: scene, worker: worker)
        try scene.store.setState(.complete, of: run, at: Scene.time)
        return scene
    }

    private func record(
        _ cells: [CellEntry],
        in run: String,
        of scene: borrowing Scene,
        worker: String = "worker"
    ) throws {
        for cell in cells {
            let parts = [0..<4, 4..<cell.slice.count].map { Scene.part(cell, $0, worker: worker) }
            _ = try scene.store.record(parts, in: run, at: Scene.time)
        }
    }

    private func csv(_ store: ResultStore, _ run: String) throws -> Data {
        let folder = try TemporaryFolder()
        _ = try store.export(run, as: .csv, scratch: folder.url.path, toFile: folder.path("run.csv"))
        return folder.bytes("run.csv")
    }

    /// Everything in a store, a line a row, without keys, which depend on the order of arrival.
    private func content(_ store: ResultStore) throws -> [String] {
        let queries = [
            "SELECT id, sweep, path, hex(digest), text, state, created, updated, cells, done, images, recorded FROM run",
            """
            SELECT run.id, ordinal, hex(cell.id), naming.model, naming.dataset, naming.split, cell.images, cell.recorded
            FROM run_cell JOIN run ON run.key = run JOIN cell ON cell.key = cell JOIN naming ON naming.key = naming
            """,
            """
            SELECT hex(cell.id), lower, upper, names, name, host, isa, attempt, epoch, seconds, hex(data)
            FROM part JOIN cell ON cell.key = cell JOIN layout ON layout.key = layout JOIN worker ON worker.key = worker
            """,
            "SELECT run.id, hex(cell), lower, upper, attempt, kind, message FROM failure JOIN run ON run.key = run",
            """
            SELECT hex(cell.id), summary.recorded, n, mean, delta_n, delta_mean FROM summary
            JOIN cell ON cell.key = summary.cell
            """,
        ]
        return try store.read { database in
            try queries.flatMap { query in
                try Row.fetchAll(database, sql: query).map { "\($0.databaseValues)" }.sorted()
            }
        }
    }

    /// Of how many images each cell's summary is, and of how many differences from its baseline.
    private func summaries(_ store: ResultStore) throws -> [String] {
        try store.read { database in
            let sql = """
                SELECT hex(cell.id), summary.* FROM summary JOIN cell ON cell.key = summary.cell ORDER BY cell.id
                """
            return try Row.fetchAll(database, sql: sql).map { row in
                let columns = ["hex(cell.id)", "recorded", "baseline_recorded", "n", "mean", "sd", "median", "delta_n"]
                return columns.map { "\(row[$0] as DatabaseValue)" }.joined(separator: " ")
            }
        }
    }

    @Test("a merge of runs of two halves holds both, with ids, cells, workers and figures as they were")
    func halves() throws {
        let left = try complete("left", sweep: "a", [plain, shifted], worker: "one")
        let right = try complete("right", sweep: "b", [other], worker: "two")
        let both = try Scene()
        let outcomes = try [left.store.path, right.store.path].map { path in
            try both.store.merge(try ResultStore.openForReading(path))
        }
        var tallies = [MergeTally(), MergeTally()]
        (tallies[0].runs, tallies[0].newRuns, tallies[0].cells, tallies[0].images) = (1, 1, 2, 40)
        (tallies[1].runs, tallies[1].newRuns, tallies[1].cells, tallies[1].images) = (1, 1, 1, 9)
        #expect(outcomes == tallies.map { .merged($0) })
        let expected: [String] = try content(left.store) + content(right.store)
        #expect(try content(both.store).sorted() == expected.sorted())
        #expect(try csv(both.store, "left") == csv(left.store, "left"))
        #expect(try csv(both.store, "right") == csv(right.store, "right"))
        #expect(try both.store.history(of: "\(plain.id)", in: "left").parts.map(\.origin.worker) == ["one", "one"])
        #expect(try both.store.run("left").state == .complete)
    }

    @Test("a sweep whose cells came from several stores has nothing left to compute, and the bytes of a single run")
    func whole() throws {
        let all = [plain, shifted, other]
        let single = try complete("single", sweep: "whole", all)
        let left = try complete("left", sweep: "a", [plain])
        let right = try complete("right", sweep: "b", [shifted, other])
        let both = try Scene()
        for path in [left.store.path, right.store.path] {
            _ = try both.store.merge(try ResultStore.openForReading(path))
        }
        try both.store.setCells(of: try both.begin("whole", sweep: "whole").id, to: all)
        #expect(try both.store.run("whole").totals == [3, 3, 49, 49])
        #expect(try csv(both.store, "whole") == csv(single.store, "single"))
        while try both.store.settleSummaries(includingUnfinished: true) {}
        #expect(try summaries(both.store) == summaries(single.store))
    }

    @Test("merging again changes nothing but what is counted")
    func again() throws {
        let left = try complete("left", sweep: "a", [plain, shifted])
        let both = try Scene()
        let source = try ResultStore.openForReading(left.store.path)
        _ = try both.store.merge(source)
        let before = try content(both.store)
        guard case .merged(let tally) = try both.store.merge(source) else {
            Issue.record("refused")
            return
        }
        let counts: [Int] = [tally.newRuns, tally.images, tally.duplicates, tally.failures]
        #expect(counts == [0, 0, 40, 0])
        #expect(try content(both.store) == before)
    }

    @Test("a cell with one other bit has its store refused, named with image, column and both workers")
    func conflict() throws {
        let left = try complete("left", sweep: "a", [plain, shifted], worker: "one")
        let right = try Scene()
        try right.begin("right", sweep: "b", cells: [shifted, other])
        try record([other], in: "right", of: right)
        var part = Scene.part(shifted, 2..<6, worker: "two")
        let value = part.table.columns[1].values[3]
        part.table.columns[1].values[3] = Float(bitPattern: value.bitPattern ^ 1)
        _ = try right.store.record([part], in: "right", at: Scene.time)

        let both = try Scene()
        _ = try both.store.merge(try ResultStore.openForReading(left.store.path))
        let before = try content(both.store)
        guard case .refused(1, let first) = try both.store.merge(try ResultStore.openForReading(right.store.path)),
            case .values(let cell, let mismatch) = try #require(first.first)
        else {
            Issue.record("not refused")
            return
        }
        #expect(cell.id == shifted.id)
        #expect(cell.name == "glow · mnist · test · translate dx=-1 dy=0 fill=zero stage=after-resize · seed 0")
        #expect(mismatch.images == [15])
        #expect(mismatch.column == "nll")
        #expect([mismatch.recordedBy.worker, mismatch.receivedFrom.worker] == ["one", "two"])
        // Not even the cell that nobody contradicts.
        #expect(try content(both.store) == before)
    }

    @Test("a run with the id of another sweep's run has its store refused")
    func sameID() throws {
        let left = try complete("run", sweep: "a", [plain])
        let right = try complete("run", sweep: "b", [other])
        let both = try Scene()
        _ = try both.store.merge(try ResultStore.openForReading(left.store.path))
        let outcome = try both.store.merge(try ResultStore.openForReading(right.store.path))
        #expect(outcome == .refused(conflicts: 1, first: [.run("run")]))
    }

    @Test("two copies of one store that went on apart become one run with what both computed and failed")
    func copies() throws {
        let left = try Scene()
        let right = try Scene()
        try left.begin("run", cells: [plain, shifted])
        try right.begin("run", cells: [plain, shifted])
        _ = try left.store.record([Scene.part(plain, 0..<12)], in: "run", at: Scene.time)
        _ = try right.store.record(
            [Scene.part(plain, 5..<20), Scene.part(shifted, 0..<20)],
            failures: [failure("right")],
            in: "run",
            at: Scene.time.addingTimeInterval(60)
        )
        try right.store.setState(.failed, of: "run", at: Scene.time.addingTimeInterval(60))
        let both = try Scene()
        for path in [left.store.path, right.store.path] {
            _ = try both.store.merge(try ResultStore.openForReading(path))
        }
        let run = try both.store.run("run")
        #expect(run.totals == [2, 2, 40, 40])
        #expect(run.state == .complete)
        #expect(try both.store.failures(of: "run").map(\.message) == ["right"])
        #expect(try both.store.recordedRanges(of: plain.id) == [0..<20])
    }

    private func failure(_ message: String) -> FailureRecord {
        FailureRecord(
            attempt: AttemptIdentity(shard: Shard(cell: plain.id, lower: 0, upper: 4), attempt: 1, epoch: 1),
            kind: "engine",
            message: message,
            worker: "worker",
            host: "host",
            time: Scene.time,
            isTerminal: true,
            log: ["a line"]
        )
    }

    @Test("a merge that was cut short leaves an interrupted run, and merging again completes it")
    func cutShort() throws {
        let left = try complete("left", sweep: "a", [plain, shifted])
        let source = try ResultStore.openForReading(left.store.path)
        let both = try Scene()
        let runs = try source.read { try MergedRun.all(in: $0) }
        // As if the process had died before the first result.
        try both.store.addSlices(of: source)
        #expect(try both.store.add(runs[0], of: source))
        #expect(try both.store.run("left").state == .interrupted)
        #expect(try both.store.run("left").totals == [2, 0, 40, 0])
        _ = try both.store.merge(source)
        #expect(try content(both.store) == content(left.store))
    }

    @Test("results that belong to no run any more are taken, too")
    func orphans() throws {
        let left = try Scene()
        try left.begin("left", cells: [plain, shifted])
        try record([plain, shifted], in: "left", of: left)
        try left.store.setCells(of: "left", to: [shifted])
        let both = try Scene()
        _ = try both.store.merge(try ResultStore.openForReading(left.store.path))
        #expect(try both.store.recordedRanges(of: plain.id) == [0..<20])
        #expect(try both.store.run("left").totals == [1, 1, 20, 20])
    }

    @Test("a run that a coordinator works on in the store is kept from a merge")
    func taken() throws {
        let left = try complete("left", sweep: "sweep", [plain])
        let both = try Scene()
        _ = try both.begin("here", sweep: "sweep")
        let second = try ResultStore.open(both.store.path)
        #expect(throws: ResultStoreError.self) {
            try second.merge(try ResultStore.openForReading(left.store.path))
        }
        #expect(try second.runs().map(\.id) == ["here"])
    }
}
