// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import ResultStore
import Testing
import Vocabulary

@Suite("Views of rows")
struct RowViewTests {
    /// The rows of a query by a connection that is not the store's.
    private func rows(_ scene: borrowing Scene, _ sql: String) throws -> [Row] {
        var configuration = Configuration()
        configuration.readonly = true
        let other = try DatabaseQueue(path: scene.store.path, configuration: configuration)
        return try other.read { try Row.fetchAll($0, sql: sql) }
    }

    @Test("a Float32 of any bits is the same number, NaN is NULL, infinity is infinity")
    func everyKindOfNumber() throws {
        let scene = try Scene()
        let cell = Scene.cell(slice: Scene.slice(count: 256 * 8))
        try scene.begin("run", cells: [cell])
        var part = Scene.part(cell, 0..<cell.slice.count)
        // Every exponent with either sign, and the smallest, the largest and others of its significands.
        let significands: [UInt32] = [0, 1, 0x40_0000, 0x7f_ffff]
        part.table.columns[0].values = (0..<256).flatMap { exponent in
            significands.flatMap { significand in
                [0, 1].map { sign in Float(bitPattern: sign << 31 | exponent << 23 | significand) }
            }
        }
        _ = try scene.store.record([part], in: "run", at: Scene.time)
        let found = try rows(scene, #"SELECT bpd, nll, "index" FROM rows ORDER BY "index""#)
        #expect(found.count == cell.slice.count)
        for (position, row) in found.enumerated() {
            let (bpd, nll): (Double?, Double?) = (row[0], row[1])
            #expect(row[2] == 3 * position)
            let (first, second) = (part.table.columns[0].values[position], part.table.columns[1].values[position])
            #expect(first.isNaN ? bpd == nil : bpd == Double(first))
            #expect(second.isNaN ? nll == nil : nll == Double(second))
            if first == 0 { #expect(bpd?.sign == first.sign) }
        }
    }

    @Test("rows say what an export says of several runs, parts and layouts")
    func sameAsExport() throws {
        let scene = try Scene()
        let cells = [
            Scene.cell(model: "a \"b\", c"), Scene.cell(.translate(Translation(dx: -1)), seed: 3),
            Scene.cell(model: "m", slice: Scene.slice("fashion-mnist", count: 700)),
        ]
        let classifier = ["bpd", "crossentropy", "correct", "predicted", "logit.0"]
        try scene.begin("one", cells: cells)
        try scene.begin("two", sweep: "other", cells: [cells[1]])
        _ = try scene.store.record(
            [
                Scene.part(cells[0], 0..<20, columns: ["bpd"]),
                Scene.part(cells[1], 4..<7, columns: ["nll", "bpd"]),
                Scene.part(cells[1], 9..<20, columns: ["bpd", "nll"]),
                Scene.part(cells[2], 0..<256, columns: classifier),
                Scene.part(cells[2], 256..<257, columns: classifier),
                Scene.part(cells[2], 257..<700, columns: classifier),
            ],
            in: "one",
            at: Scene.time
        )
        for run in ["one", "two"] {
            var expected: Set<[String]> = []
            let lines = try String(decoding: scene.bytes(run, .jsonl), as: UTF8.self).split(separator: "\n")
            let columns = [
                "cell", "model", "dataset", "split", "index", "class", "transform", "parameters", "seed", "bpd", "nll",
                "crossentropy",
            ]
            for line in lines {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                expected.insert(columns.map { Self.text(object?[$0]) })
            }
            let selected = columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let found = try rows(scene, "SELECT \(selected) FROM rows WHERE run = '\(run)'")
            #expect(found.count == lines.count && lines.count == (run == "one" ? 734 : 14))
            #expect(Set(found.map { row in columns.indices.map { Self.text(row[$0]) } }) == expected)
        }
    }

    /// What a value of SQLite or JSON is, NaN and nothing being one.
    private static func text(_ value: Any?) -> String {
        switch value {
        case let text as String where ["inf", "-inf", "nan"].contains(text): text == "nan" ? "" : text
        case let text as String: text
        // A number of JSON that was written for a Float32 is the nearest of its Double's.
        case let number as NSNumber: "\(Float(number.doubleValue))"
        case let number as Int64: "\(Float(number))"
        case let number as Double: "\(Float(number))"
        default: ""
        }
    }

    @Test("each number of a part is a row of its own, with its column's name")
    func values() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        let names = ["bpd", "logdet.1", "nll"]
        _ = try scene.store.record([Scene.part(cell, 5..<20, columns: names)], in: "run", at: Scene.time)
        for name in names {
            let found = try rows(
                scene,
                "SELECT value FROM row_values WHERE name = '\(name)' AND cell = '\(cell.id)' ORDER BY \"index\""
            )
            let expected = (5..<20).map { Scene.value(cell, $0, name) }
            #expect(found.map { $0[0] as Double? } == expected.map { $0.isNaN ? nil : Double($0) })
        }
        #expect(try rows(scene, "SELECT * FROM row_values").count == 45)
    }

    @Test("a query about one run looks at no other's parts")
    func plan() throws {
        let scene = try Scene()
        let plan = try rows(scene, "EXPLAIN QUERY PLAN SELECT avg(bpd) FROM rows WHERE run = 'a'")
            .map { $0["detail"] as String }
        #expect(plan.contains { $0.contains("SEARCH run USING") })
        #expect(plan.contains { $0.contains("SEARCH run_cell USING PRIMARY KEY (run=?)") })
        #expect(plan.contains { $0.contains("INDEX part_range (cell=?)") })
    }

    @Test("a store of before gets the views when it is opened for writing")
    func upgrade() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        _ = try scene.store.record([Scene.part(cell, 0..<20)], in: "run", at: Scene.time)
        try scene.store.close()
        let other = try DatabaseQueue(path: scene.store.path)
        try other.write { database in
            try database.execute(sql: "DROP VIEW rows; DROP VIEW row_values; DROP VIEW cells; DROP VIEW effects")
            try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'views'")
        }
        try other.close()
        try ResultStore.open(scene.store.path).close()
        #expect(try rows(scene, "SELECT * FROM rows").count == 20)
        #expect(try rows(scene, "SELECT * FROM row_values").count == 40)
    }
}
