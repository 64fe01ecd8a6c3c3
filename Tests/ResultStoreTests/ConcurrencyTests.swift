// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Testing

@Suite("A reader beside the writer")
struct ConcurrencyTests {
    @Test("a reader sees what is committed while the writer is open")
    func sees() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        let reader = try ResultStore.openForReading(scene.store.path)
        #expect(try reader.run("run").recordedImages == 0)
        for positions in [0..<5, 5..<20] {
            _ = try scene.store.record([Scene.part(cell, positions)], in: "run", at: Scene.time)
            #expect(try reader.run("run").recordedImages == positions.upperBound)
            #expect(try reader.values(of: cell.id, column: "bpd").values.count == positions.upperBound)
        }
        try reader.close()
    }

    @Test(
        "a reader in the middle of an export never makes the writer wait, and sees one moment",
        .timeLimit(.minutes(1))
    )
    func neverBlocks() throws {
        let scene = try Scene()
        let cells = (0..<40).map { Scene.cell(seed: $0, slice: Scene.slice(count: 100)) }
        try scene.begin("run", cells: cells)
        _ = try scene.store.record(cells.map { Scene.part($0, 0..<50) }, in: "run", at: Scene.time)
        let reader = try ResultStore.openForReading(scene.store.path)
        var pieces = 0
        let summary = try reader.export("run", as: .csv) { _ in
            pieces += 1
            let cell = cells[pieces]
            _ = try scene.store.record([Scene.part(cell, 50..<100)], in: "run", at: Scene.time)
        }
        #expect(pieces > 2)
        #expect(summary.rows == 40 * 50)
        #expect(summary.incompleteCells == 40)
        #expect(try reader.run("run").done == pieces)
        try reader.close()
    }

    @Test("two writers of one store take turns", .timeLimit(.minutes(1)))
    func twoWriters() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        let second = try ResultStore.open(scene.store.path)
        _ = try scene.begin("other", sweep: "other", by: second)
        for position in 0..<20 {
            let (store, run) = position.isMultiple(of: 2) ? (scene.store, "run") : (second, "other")
            _ = try store.record([Scene.part(cell, position..<position + 1)], in: run, at: Scene.time)
        }
        #expect(try second.run("run").done == 1)
        try second.close()
    }
}
