// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics
import TestSupport
import Testing
import Vocabulary

@testable import ResultStore

@Suite("Summaries of a run's cells")
struct SummaryTests {
    private static let slice = Scene.slice(count: 300)
    private static let few = Scene.slice("few", count: 20)
    /// Large and small cells, some with something to be compared with.
    private static let cells: [CellEntry] = [
        Scene.cell(.translate(Translation(dx: 1)), slice: slice), Scene.cell(slice: slice),
        Scene.cell(.translate(Translation(dx: 2)), slice: slice),
        Scene.cell(.translate(Translation(dx: 1)), slice: few), Scene.cell(slice: few),
        Scene.cell(.translate(Translation(dx: 1)), seed: 9, slice: few),
    ]

    private static func scene() throws -> Scene {
        let scene = try Scene()
        try scene.begin("run", cells: cells)
        return scene
    }

    @Test("at every moment they are those of what is recorded, in whatever pieces it came", arguments: 0..<6)
    func everyMoment(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let scene = try Self.scene()
        var waiting = Self.cells.flatMap { cell in
            Self.pieces(of: cell.slice.count, &generator).map { Scene.part(cell, $0) }
        }
        waiting.shuffle(using: &generator)
        let store = scene.store
        while !waiting.isEmpty {
            let count = min(waiting.count, Int.random(in: 1...6, using: &generator))
            _ = try store.record(Array(waiting.prefix(count)), in: "run", at: Scene.time)
            waiting.removeFirst(count)
            if Int.random(in: 0..<3, using: &generator) == 0 {
                while try store.settleSummaries(images: 400) {}
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                // As after a crash: what was kept in memory is gone.
                for key in 1...Int64(Self.cells.count) { _ = store.growing.take(key) }
            }
            try expectAllRight(in: store)
        }
        while try store.settleSummaries(images: 400) {}
        #expect(try Self.outdated(in: store) == 0)
        try expectAllRight(in: store)
    }

    @Test("a transaction that fails leaves no trace in them")
    func failedTransaction() throws {
        let scene = try Self.scene()
        let cell = Self.cells[1]
        _ = try scene.store.record([Scene.part(cell, 0..<100)], in: "run", at: Scene.time)
        let trigger = "CREATE TRIGGER full BEFORE INSERT ON summary BEGIN SELECT RAISE(ABORT, 'full'); END"
        try scene.store.write { try $0.execute(sql: trigger) }
        #expect(throws: ResultStoreError.self) {
            try scene.store.record([Scene.part(cell, 100..<300)], in: "run", at: Scene.time)
        }
        try scene.store.write { try $0.execute(sql: "DROP TRIGGER full") }
        try expectAllRight(in: scene.store)
        _ = try scene.store.record([Scene.part(cell, 100..<300)], in: "run", at: Scene.time)
        #expect(try Self.outdated(in: scene.store) == 0)
        try expectAllRight(in: scene.store)
    }

    @Test("a cell whose baseline is completed after it is compared once more, and then no more")
    func lateBaseline() throws {
        let scene = try Self.scene()
        _ = try scene.store.record([Scene.part(Self.cells[0], 0..<300)], in: "run", at: Scene.time)
        _ = try scene.store.record([Scene.part(Self.cells[1], 0..<100)], in: "run", at: Scene.time)
        while try scene.store.settleSummaries() {}
        _ = try scene.store.record([Scene.part(Self.cells[1], 100..<300)], in: "run", at: Scene.time)
        #expect(try Self.outdated(in: scene.store) == 1)
        while try scene.store.settleSummaries() {}
        #expect(try Self.outdated(in: scene.store) == 0)
        #expect(try Self.count("unpaired", in: scene.store) == 0)
        try expectAllRight(in: scene.store)
    }

    @Test("a baseline that another run brings is compared with what is there")
    func baselineOfAnotherRun() throws {
        let scene = try Scene()
        try scene.begin("first", sweep: "first", cells: [Self.cells[0]])
        _ = try scene.store.record([Scene.part(Self.cells[0], 0..<300)], in: "first", at: Scene.time)
        #expect(try scene.store.summary(of: Self.cells[0].id, in: "first").baseline == nil)
        try scene.begin("run", cells: [Self.cells[0], Self.cells[1]])
        _ = try scene.store.record([Scene.part(Self.cells[1], 0..<300)], in: "run", at: Scene.time)
        while try scene.store.settleSummaries() {}
        #expect(try Self.outdated(in: scene.store) == 0)
        #expect(try scene.store.summary(of: Self.cells[0].id, in: "first").baseline == Self.cells[1].id)
        try expectAllRight(in: scene.store)
    }

    @Test("a store of the version before is brought up to date in place, and read as it is where that may not be")
    func storeOfBefore() throws {
        let scene = try Self.scene()
        let parts = Self.cells.prefix(5).map { Scene.part($0, 0..<($0.slice.count - 3)) }
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        try scene.store.close()
        let path = scene.store.path
        let old = try DatabaseQueue(path: path)
        try old.write { database in
            try database.execute(
                sql: """
                    DROP TABLE summary; DROP TABLE baseline; DROP TABLE unsummarised; DROP TABLE unpaired;
                    DROP INDEX failure_cell; DROP INDEX failure_disputed; CREATE INDEX failure_run ON failure (run);
                    DELETE FROM grdb_migrations WHERE identifier = 'summaries';
                    """
            )
        }
        try old.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let reader = try ResultStore.openForReading(path)
        try expectAllRight(in: reader)
        let sorted = try reader.summaries(of: "run", matching: Self.query(.mean))
        try reader.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)

        let writer = try ResultStore.open(path)
        try expectAllRight(in: writer)
        while try writer.settleSummaries(images: 500, includingUnfinished: true) {}
        #expect(try Self.outdated(in: writer) == 0)
        try expectAllRight(in: writer)
        #expect(try writer.summaries(of: "run", matching: Self.query(.mean)) == sorted)
        try writer.close()
    }

    @Test(
        "damaged summaries are an error, until they are out of date",
        arguments: ["x'02'", "x'01'", "zeroblob(9)", "x'01ffffffffffffffffff'"]
    )
    func damage(groups: String) throws {
        let scene = try Self.scene()
        _ = try scene.store.record([Scene.part(Self.cells[1], 0..<300)], in: "run", at: Scene.time)
        try scene.store.write { try $0.execute(sql: "UPDATE summary SET groups = \(groups)") }
        #expect(throws: ResultStoreError.self) { try scene.store.summary(of: Self.cells[1].id, in: "run") }
        try scene.store.write { try $0.execute(sql: "UPDATE summary SET recorded = recorded - 1") }
        try expectAllRight(in: scene.store)
    }

    private static func pieces(of count: Int, _ generator: inout SplitMix64) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        while (pieces.last?.upperBound ?? 0) < count {
            let start = pieces.last?.upperBound ?? 0
            pieces.append(start..<min(count, start + Int.random(in: 1...count, using: &generator)))
        }
        return pieces
    }

    private static func query(_ order: CellQuery.Order) -> CellQuery {
        var query = CellQuery()
        query.order = order
        return query
    }

    private static func count(_ table: String, in store: ResultStore) throws -> Int {
        try store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? 0 }
    }

    /// Cells with results without a stored summary of all of them.
    private static func outdated(in store: ResultStore) throws -> Int {
        try store.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*) FROM cell \(CellPlace.joins) LEFT JOIN summary ON summary.cell = cell.key
                    WHERE cell.recorded > 0 AND (summary.recorded IS NOT cell.recorded
                        OR summary.baseline IS NOT other.key OR summary.baseline_recorded IS NOT other.recorded)
                    """
            ) ?? 0
        }
    }

    /// Compares all summaries with figures that are made of the values by other means.
    private func expectAllRight(in store: ResultStore) throws {
        var seen = 0
        try store.forEachSummary(of: "run") { _ in seen += 1 }
        let page = try store.summaries(of: "run")
        #expect(page.total == seen && page.cells.count == seen)
        for cell in page.cells {
            let values = try store.values(of: cell.id, column: "bpd")
            guard !values.values.isEmpty else {
                #expect(cell.summary == nil)
                continue
            }
            let expected = Grouped(values.values, by: values.labels.map(Int.init))
            #expect(cell.summary?.all.summary == expected.total)
            #expect(cell.summary?.classes.map(\.summary) == expected.groups.map(\.summary))
            #expect(cell.summary?.all.histogram == DyadicHistogram(Sample(values.values)))
            let before = try cell.baseline.map { try store.values(of: $0, column: "bpd") }
            try expectRight(cell, values, before)
        }
    }

    private func expectRight(_ cell: SummarisedCell, _ values: CellValues, _ before: CellValues?) throws {
        guard let before else {
            #expect(cell.summary?.all.difference == nil)
            return
        }
        let others = Dictionary(uniqueKeysWithValues: zip(before.indices, before.values))
        let shared = values.indices.indices.filter { others[values.indices[$0]] != nil }
        let changes = shared.compactMap { row in
            others[values.indices[row]].map { Double(values.values[row]) - Double($0) }
        }
        let all = Summary(changes)
        let byClass = Grouped(changes, by: shared.map { Int(values.labels[$0]) })
        let found = try #require(cell.summary?.all.difference)
        #expect(found.count == all.count && found.nonFiniteCount == all.nonFiniteCount)
        #expect(found.raised == changes.count { $0.isFinite && $0 > 0 })
        #expect(isNear(found.mean, all.mean, all))
        for group in cell.summary?.classes ?? [] {
            #expect(group.difference?.count == byClass[group.label ?? -1]?.count ?? 0)
            #expect(isNear(group.difference?.mean, byClass[group.label ?? -1]?.mean, all))
        }
    }

    /// Equal but for the rounding of sums that are made in another order.
    private func isNear(_ left: Double?, _ right: Double?, _ all: Summary) -> Bool {
        guard let left, let right else { return left == right }
        let scale = max(all.minimum?.magnitude ?? 0, all.maximum?.magnitude ?? 0)
        return (left - right).magnitude <= 1e-13 * scale
    }
}
