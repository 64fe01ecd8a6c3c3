// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing
import Vocabulary

@testable import ResultStore

@Suite("Recording")
struct RecordingTests {
    private let cell = Scene.cell()

    @Test("values come back in slice order with their images and classes, whatever their order of arrival")
    func values() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        for positions in [12..<15, 0..<4, 7..<12] {
            let outcome = try scene.store.record([Scene.part(cell, positions)], in: "run", at: Scene.time)
            #expect(outcome == [.recorded(images: positions.count, duplicates: 0)])
        }
        let expected = Array(0..<4) + Array(7..<15)
        let values = try scene.store.values(of: cell.id, column: "nll")
        #expect(values.indices == expected.map { UInt32(3 * $0) })
        #expect(values.labels == expected.map { UInt8($0 % 10) })
        #expect(values.values.map(\.bitPattern) == expected.map { Scene.value(cell, $0, "nll").bitPattern })
        #expect(try scene.store.recordedRanges(of: cell.id) == [0..<4, 7..<15])
        #expect(try scene.store.columns(of: cell.id) == ["bpd", "nll"])
        #expect(try scene.store.values(of: cell.id, column: "no such").values.isEmpty)
    }

    @Test("a part is, for another SQL connection, column after column of little-endian Float32")
    func readBack() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        var part = Scene.part(cell, 4..<6)
        part.table.columns = [.init(name: "bpd", values: [1, -2]), .init(name: "nll", values: [0.5, .infinity])]
        _ = try scene.store.record([part], in: "run", at: Scene.time)
        let row = try DatabaseQueue(path: scene.store.path).read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT * FROM part JOIN layout ON layout.key = part.layout JOIN worker ON worker.key = part.worker
                    """
            )
        }
        #expect(row?["lower"] == 4)
        #expect(row?["upper"] == 6)
        #expect(row?["names"] == "bpd\nnll")
        #expect(row?["host"] == "host")
        #expect(row?["isa"] == "avx2")
        #expect(row?["seconds"] == 0.5)
        let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x7F]
        #expect(row?["data"] == Data(bytes))
    }

    @Test("recording again changes nothing and is counted")
    func duplicate() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        _ = try scene.store.record([Scene.part(cell, 0..<10)], in: "run", at: Scene.time)
        let outcomes = try scene.store.record(
            [Scene.part(cell, 0..<10), Scene.part(cell, 5..<20), Scene.part(cell, 3..<6)],
            in: "run",
            at: Scene.time
        )
        #expect(
            outcomes == [
                .recorded(images: 0, duplicates: 10), .recorded(images: 10, duplicates: 5),
                .recorded(images: 0, duplicates: 3),
            ]
        )
        let run = try scene.store.run("run")
        #expect(run.comparisons == [20, 18, 0])
    }

    @Test("a part that contradicts what is recorded is reported with its first image, and not recorded")
    func mismatch() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        var first = Scene.part(cell, 0..<5, worker: "a")
        var second = Scene.part(cell, 5..<10, worker: "b")
        first.table.columns[1].values[4] = 1.5
        second.table.columns[0].values[2] = 2.5
        _ = try scene.store.record([first, second], in: "run", at: Scene.time)
        var late = Scene.part(cell, 2..<15, worker: "c")
        late.table.columns[1].values[2] = 1.75
        late.table.columns[0].values[5] = 2.75
        let expected = PartMismatch(
            shard: late.attempt.shard,
            images: [12, 21],
            column: "nll",
            recorded: 1.5,
            received: 1.75,
            recordedBy: first.origin,
            receivedFrom: late.origin
        )
        #expect(try scene.store.record([late], in: "run", at: Scene.time) == [.mismatched(expected)])
        #expect(try scene.store.recordedRanges(of: cell.id) == [0..<10])
        let run = try scene.store.run("run")
        #expect(run.comparisons == [10, 0, 2])
    }

    @Test("zero and minus zero, and two different NaNs, are a mismatch; the same NaN is not")
    func bits() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        func outcome(_ value: Float) throws -> PartOutcome? {
            var part = Scene.part(cell, 0..<1, columns: ["bpd"])
            part.table.columns[0].values = [value]
            return try scene.store.record([part], in: "run", at: Scene.time).first
        }
        #expect(try outcome(.nan) == .recorded(images: 1, duplicates: 0))
        #expect(try outcome(.nan) == .recorded(images: 0, duplicates: 1))
        guard case .mismatched = try outcome(Float(nan: 1, signaling: false)) else {
            Issue.record("another NaN must not pass for the same")
            return
        }
    }

    @Test("parts that do not fit are refused with the reason, and those beside them recorded")
    func refused() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        let good = Scene.part(cell, 0..<4)
        func spoiled(_ change: (inout RecordedPart) -> Void) -> RecordedPart {
            var part = good
            change(&part)
            return part
        }
        let bad = [
            spoiled { $0.attempt.shard.cell = Scene.cell(seed: 5).id },
            spoiled { $0.attempt.shard.lower = -1 },
            spoiled { $0.attempt.shard.lower = .min },
            spoiled { $0.attempt.shard.upper = .max },
            spoiled { $0.attempt.shard.upper = 0 },
            spoiled { $0.attempt.shard.upper = 3 },
            spoiled { $0.table.indices[2] = 7 },
            spoiled { $0.table.columns = [] },
            spoiled { $0.table.columns[1].values.removeLast() },
            spoiled { $0.table.columns[1].name = "bpd" },
            spoiled { $0.table.columns[1].name = "a\nb" },
            spoiled { $0.table.columns[1].name = "" },
            spoiled { $0.seconds = .nan },
        ]
        let outcomes = try scene.store.record(bad + [good], in: "run", at: Scene.time)
        for (position, outcome) in outcomes.dropLast().enumerated() {
            guard case .refused(let reason) = outcome else {
                Issue.record("part \(position) must be refused: \(outcome)")
                continue
            }
            #expect(!reason.isEmpty && !reason.contains("\n"))
        }
        #expect(outcomes.last == .recorded(images: 4, duplicates: 0))
        let others = try scene.store.record([Scene.part(cell, 2..<6, columns: ["bpd"])], in: "run", at: Scene.time)
        guard case .refused = others.first else {
            Issue.record("other columns must be refused: \(others)")
            return
        }
        #expect(try scene.store.run("run").recordedImages == 4)
    }

    @Test("parts at random leave what a simple model says", arguments: 0..<12 as Range<UInt64>)
    func simulation(seed: UInt64) throws {
        let scene = try Scene()
        var generator = SplitMix64(seed: seed)
        let cells = (0..<3).map { Scene.cell(seed: $0) }
        try scene.begin("run", cells: cells)
        try scene.begin("other", sweep: "other", cells: Array(cells[0...1]))
        var model = cells.map { _ in Set<Int>() }
        var duplicates = 0
        for _ in 0..<20 {
            let batch = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                let lower = Int.random(in: 0..<20, using: &generator)
                let upper = Int.random(in: lower + 1...20, using: &generator)
                return (cell: Int.random(in: 0..<3, using: &generator), positions: lower..<upper)
            }
            let parts = batch.map { Scene.part(cells[$0.cell], $0.positions) }
            let expected = batch.map { part in
                let old = model[part.cell].intersection(part.positions).count
                model[part.cell].formUnion(part.positions)
                duplicates += old
                return PartOutcome.recorded(images: part.positions.count - old, duplicates: old)
            }
            #expect(try scene.store.record(parts, in: "run", at: Scene.time) == expected, "seed \(seed)")
            let run = try scene.store.run("run")
            #expect(run.recordedImages == model.map(\.count).reduce(0, +), "seed \(seed)")
            #expect(run.done == model.count { $0.count == 20 }, "seed \(seed)")
            #expect(run.duplicateImages == duplicates, "seed \(seed)")
            let other = try scene.store.run("other")
            #expect(other.recordedImages == model[0].count + model[1].count, "seed \(seed)")
            #expect(other.done == model[0...1].count { $0.count == 20 }, "seed \(seed)")
        }
        for (cell, positions) in zip(cells, model) {
            #expect(try Set(scene.store.recordedRanges(of: cell.id).joined()) == positions, "seed \(seed)")
            let values = try scene.store.values(of: cell.id, column: "bpd").values.map(\.bitPattern)
            let expected = positions.sorted().map { Scene.value(cell, $0, "bpd").bitPattern }
            #expect(values == expected, "seed \(seed)")
        }
    }
}
