// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import ResultStore
import Statistics
import Testing
import Vocabulary

@Suite("Cells")
struct CellTests {
    private let shifts = (1...4).map { TransformSpec.translate(Translation(dx: $0)) }

    @Test("a run's cells come back in their order, page by page")
    func pages() throws {
        let scene = try Scene()
        let cells = shifts.map { Scene.cell($0, seed: .max) }
        try scene.begin("run", cells: cells)
        let all = try scene.store.cells(of: "run")
        #expect(all.map(\.id) == cells.map(\.id))
        #expect(all.map(\.ordinal) == [0, 1, 2, 3])
        #expect(all[1].transform == "translate")
        #expect(all[1].parameters == shifts[1].parameters)
        #expect(all[1].seed == .max)
        #expect(all[1].images == 20)
        #expect(all[1].dataset == "mnist")
        #expect(all[1].split == "test")
        #expect(try scene.store.cells(of: "run", from: 1, limit: 2) == Array(all[1...2]))
    }

    @Test("a run takes over the cells of an earlier one of the same sweep, and counts what is recorded of them")
    func adoption() throws {
        let scene = try Scene()
        let cells = shifts.map { Scene.cell($0) }
        try scene.begin("first", cells: cells)
        let parts = [Scene.part(cells[0], 0..<20), Scene.part(cells[1], 0..<7)]
        _ = try scene.store.record(parts, in: "first", at: Scene.time)
        #expect(try scene.store.adoptCells(of: "first", count: 4), "a run that goes on has them")
        #expect(try scene.store.run("first").totals == [4, 1, 80, 27])
        try scene.store.setState(.cancelled, of: "first", at: Scene.time)
        _ = try scene.begin("second")
        #expect(try !scene.store.adoptCells(of: "second", count: 5), "a sweep of so many cells was not there")
        #expect(try scene.store.run("second").totals == [0, 0, 0, 0])
        #expect(try scene.store.adoptCells(of: "second", count: 4))
        #expect(try scene.store.run("second").totals == [4, 1, 80, 27])
        #expect(try scene.store.cells(of: "second") == scene.store.cells(of: "first"))
        _ = try scene.store.record([Scene.part(cells[1], 7..<20)], in: "second", at: Scene.time)
        #expect(try scene.store.run("second").totals == [4, 2, 80, 40])
        _ = try scene.begin("third", sweep: "other")
        #expect(try !scene.store.adoptCells(of: "third", count: 4), "another sweep has other cells")
    }

    @Test("the next run finds complete cells cached, and counts them")
    func cache() throws {
        let scene = try Scene()
        let cells = shifts.map { Scene.cell($0) }
        try scene.begin("first", cells: cells)
        let parts = [Scene.part(cells[0], 0..<20), Scene.part(cells[1], 0..<7), Scene.part(cells[2], 0..<20)]
        _ = try scene.store.record(parts, in: "first", at: Scene.time)
        try scene.begin("second", sweep: "other", cells: Array(cells[1...]))
        let second = try scene.store.run("second")
        #expect(second.totals == [3, 1, 60, 27])
    }

    @Test("a cell's history names who computed which images, and what failed")
    func history() throws {
        let scene = try Scene()
        let cells = shifts.map { Scene.cell($0) }
        try scene.begin("run", cells: cells)
        let parts = [Scene.part(cells[0], 7..<20), Scene.part(cells[0], 0..<7), Scene.part(cells[1], 0..<20)]
        let failure = FailureRecord(
            attempt: parts[0].attempt,
            kind: "lost",
            message: "gone",
            worker: "w",
            host: "h",
            time: Scene.time,
            isTerminal: false,
            log: ["last words"]
        )
        _ = try scene.store.record(parts, failures: [failure], in: "run", at: Scene.time)
        let history = try scene.store.history(of: "\(cells[0].id)".prefix(8).uppercased(), in: "run")
        #expect(history.cell.id == cells[0].id)
        #expect(history.parts.map(\.attempt) == [parts[1].attempt, parts[0].attempt])
        #expect(history.parts.map(\.origin) == [parts[1].origin, parts[0].origin])
        #expect(history.failures == [failure])
        #expect(throws: ResultStoreError.unknownCell(id: "", path: scene.store.path)) {
            try scene.store.history(of: "", in: "run")
        }
    }

    @Test("planning finds complete cells by their identity, and the speed of the newest parts")
    func planning() throws {
        let scene = try Scene()
        #expect(try scene.store.imagesPerSecond() == nil)
        let cells = shifts.map { Scene.cell($0, seed: .max) }
        try scene.begin("run", cells: cells)
        let parts = [Scene.part(cells[0], 0..<20), Scene.part(cells[1], 0..<7), Scene.part(cells[2], 0..<20)]
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        var found: Set<CellIdentity> = []
        try scene.store.forEachCompleteCell(numericsVersion: 1) { found.insert($0) }
        #expect(found == [cells[0].identity, cells[2].identity])
        try scene.store.forEachCompleteCell(numericsVersion: 2) { _ in Issue.record("other arithmetic") }
        // Every part of the scene takes half a second.
        #expect(try scene.store.imagesPerSecond() == 47 / 1.5)
    }

    @Test("the same cell bears in each run the names of that run's sweep file")
    func names() throws {
        let scene = try Scene()
        let cell = Scene.cell(model: "glow")
        var renamed = Scene.cell(model: "flow")
        renamed.slice.name = "digits"
        try scene.begin("first", cells: [cell])
        try scene.begin("second", sweep: "other", cells: [renamed])
        #expect(try scene.store.cells(of: "first").map(\.model) == ["glow"])
        #expect(try scene.store.cells(of: "second").map(\.model) == ["flow"])
        #expect(try scene.store.cells(of: "second").map(\.dataset) == ["digits"])
    }

    @Test("a continued run takes the cells of its grid, whatever it had")
    func replaced() throws {
        let scene = try Scene()
        let cells = shifts.map { Scene.cell($0) }
        try scene.begin("run", cells: cells)
        _ = try scene.store.record([Scene.part(cells[3], 0..<20)], in: "run", at: Scene.time)
        try scene.store.setCells(of: "run", to: [cells[0], cells[3]])
        #expect(try scene.store.cells(of: "run").map(\.id) == [cells[0].id, cells[3].id])
        let run = try scene.store.run("run")
        #expect(run.totals == [2, 1, 40, 20])
    }

    @Test("cells without their images are refused, all of them")
    func unknownSlice() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [Scene.cell()])
        let stranger = Scene.cell(slice: Scene.slice("letters", count: 3))
        let error = ResultStoreError.unknownSlice(
            digest: stranger.slice.digest.description,
            path: scene.store.path
        )
        #expect(throws: error) { try scene.store.setCells(of: "run", to: [Scene.cell(seed: 1), stranger]) }
        #expect(try scene.store.cells(of: "run").map(\.id) == [Scene.cell().id])
    }

    @Test("cells of other estimates are kept apart, and compared with baselines of their own")
    func estimates() throws {
        let scene = try Scene()
        let estimates = [
            LikelihoodEstimate.standard, LikelihoodEstimate(kind: .interval, draws: 8),
            LikelihoodEstimate(dequantisation: .centre),
        ]
        let cells = estimates.flatMap { [Scene.cell(estimate: $0), Scene.cell(shifts[0], estimate: $0)] }
        try scene.begin("run", cells: cells)
        let store = scene.store
        #expect(try store.cells(of: "run").map(\.estimate) == estimates.flatMap { [$0, $0] })
        for cell in cells { #expect(try store.identity(of: cell.id) == cell.identity) }
        _ = try store.record(cells.map { Scene.part($0, 0..<20) }, in: "run", at: Scene.time)
        for cell in cells {
            let summarised = try store.summary(of: cell.id, in: "run")
            #expect(summarised.estimate == cell.identity.estimate)
            let own = cells.first { $0.identity.estimate == cell.identity.estimate }
            #expect(summarised.baseline == own?.id)
        }
        let rows = try DatabaseQueue(path: store.path).read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT conditioning, likelihood, draws, dequantisation FROM cells ORDER BY ordinal"
            ).map { "\($0[0] as String) \($0[1] as String) \($0[2] as Int) \($0[3] as String)" }
        }
        #expect(
            Set(rows) == ["label density 1 uniform", "label interval 8 uniform", "label density 1 centre"]
        )
    }

    @Test("a cell, as another SQL connection sees it, is content and not names")
    func readBack() throws {
        let scene = try Scene()
        let cell = Scene.cell(shifts[0], seed: 7)
        try scene.begin("run", cells: [cell])
        let row = try DatabaseQueue(path: scene.store.path).read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT cell.id AS id, model.digest AS model, slice.digest AS data, slice.indices AS indices,
                        slice.labels AS labels, conditioning, numerics, seed
                    FROM cell JOIN model ON model.key = cell.model JOIN slice ON slice.key = cell.slice
                    """
            )
        }
        #expect(row?["id"] == Data(cell.id.bytes))
        #expect(row?["model"] == Data(cell.identity.model.bytes))
        #expect(row?["data"] == Data(cell.slice.digest.bytes))
        #expect((row?["indices"] as Data?)?.prefix(8) == Data([0, 0, 0, 0, 3, 0, 0, 0]))
        #expect(row?["labels"] == Data(Scene.labels(cell.slice)))
        #expect(row?["conditioning"] == "label")
        #expect(row?["numerics"] == 1)
        #expect(row?["seed"] == 7)
    }
}
