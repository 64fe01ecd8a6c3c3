// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Statistics
import Testing
import Vocabulary

@Suite("A run's cells, page by page")
struct RunSummariesTests {
    private static let cells: [CellEntry] = (0..<30).map { number in
        let transform: TransformSpec = number % 3 == 0 ? .identity : .translate(Translation(dx: number % 3))
        return Scene.cell(transform, model: number < 15 ? "glow" : "pixelcnn", seed: UInt64(number / 3))
    }

    private static func part(_ cell: CellEntry, _ range: Range<Int>, _ value: Float) -> RecordedPart {
        var part = Scene.part(cell, range)
        part.table.columns[0].values = range.map { value + Float($0 % 4) / 8 }
        return part
    }

    /// The first 20 cells with results, the last of them incomplete.
    private static func scene() throws -> Scene {
        let scene = try Scene()
        try scene.begin("run", cells: cells)
        let parts = cells.prefix(20).enumerated().map { number, cell in
            part(cell, 0..<(number == 19 ? 7 : 20), Float((number * 7) % 20))
        }
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        return scene
    }

    private static func query(_ change: (inout CellQuery) -> Void) -> CellQuery {
        var query = CellQuery()
        change(&query)
        return query
    }

    @Test("pages follow one another without a gap, whatever they are sorted by")
    func pages() throws {
        let scene = try Self.scene()
        let run = try RunSummaries(of: "run", in: scene.store)
        try run.refresh()
        for order in CellQuery.Order.allCases {
            for isDescending in [false, true] {
                let query = Self.query { ($0.order, $0.isDescending) = (order, isDescending) }
                var seen: [Int] = []
                while seen.count < 30 {
                    let page = try run.page(query, from: seen.count, limit: 7)
                    #expect(page.total == 30 && page.start == seen.count)
                    seen += page.cells.map(\.ordinal)
                }
                #expect(Set(seen) == Set(0..<30))
            }
        }
    }

    @Test("figures sort the cells that have them, the others come last")
    func sorting() throws {
        let scene = try Self.scene()
        let query = Self.query { ($0.order, $0.isDescending) = (.mean, true) }
        let cells = try scene.store.summaries(of: "run", matching: query, limit: 30).cells
        let means = cells.map { $0.summary?.all.summary.mean }
        #expect(means.prefix(20).allSatisfy { $0 != nil } && means.suffix(10).allSatisfy { $0 == nil })
        #expect(zip(means, means.dropFirst()).prefix(19).allSatisfy { ($0 ?? 0) >= ($1 ?? 0) })
    }

    @Test("conditions choose cells by what was recorded and by their names")
    func filters() throws {
        let scene = try Self.scene()
        func found(_ change: (inout CellQuery) -> Void) throws -> [Int] {
            try scene.store.summaries(of: "run", matching: Self.query(change)).cells.map(\.ordinal)
        }
        #expect(try found { $0.condition = .begun } == Array(0..<20))
        #expect(try found { $0.condition = .complete } == Array(0..<19))
        #expect(try found { $0.condition = .incomplete } == [19])
        #expect(try found { $0.condition = .inTrouble } == [])
        #expect(try found { $0.models = ["pixelcnn"] } == Array(15..<30))
        #expect(try found { ($0.transforms, $0.seeds) = (["identity"], [0, 9]) } == [0, 27])
        #expect(try found { $0.words = ["PIXEL", "dx=1"] } == [16, 19, 22, 25, 28])
        #expect(try found { $0.words = ["\(Self.cells[4].id)".prefix(9).uppercased()] } == [4])
        #expect(try found { $0.words = ["%"] } == [])
        #expect(try found { $0.ordinals = [28, 3, 99] } == [3, 28])
    }

    @Test("cells tell when they changed: by results, by failures, by results of what they are compared with")
    func changes() throws {
        let scene = try Self.scene()
        let run = try RunSummaries(of: "run", in: scene.store)
        let first = try run.refresh()
        #expect(try run.refresh() == first)
        _ = try scene.store.record([Self.part(Self.cells[21], 0..<20, 3)], in: "run", at: Scene.time)
        let second = try run.refresh()
        #expect(second > first)
        #expect(run.changed(0..<30, since: first) == [21, 22, 23])
        let failure = FailureRecord(
            attempt: AttemptIdentity(shard: Shard(cell: Self.cells[25].id, lower: 0, upper: 5), attempt: 1, epoch: 1),
            kind: "shard",
            message: "no",
            worker: "",
            host: "",
            time: Scene.time,
            isTerminal: true
        )
        _ = try scene.store.record([], failures: [failure], in: "run", at: Scene.time)
        let third = try run.refresh()
        #expect(run.changed(0..<30, since: second) == [25])
        #expect(try run.page(Self.query { $0.condition = .inTrouble }).cells.map(\.failedImages) == [5])
        _ = try scene.store.record([Self.part(Self.cells[25], 0..<20, 3)], in: "run", at: Scene.time)
        try run.refresh()
        #expect(run.changed(0..<30, since: third) == [25])
        #expect(try run.page(Self.query { $0.condition = .inTrouble }).total == 0)
    }

    @Test("all cells of a model are drawn to one scale")
    func scales() throws {
        let scene = try Self.scene()
        let run = try RunSummaries(of: "run", in: scene.store)
        try run.refresh()
        let scales = try run.scales()
        #expect(scales.hasSeveralSeeds)
        #expect(scales.values == ["glow": 0...18.375, "pixelcnn": 5...19.375])
    }
}
