// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import ResultStore
import Testing
import Vocabulary

@Suite("Views of cells and effects")
struct SummaryViewTests {
    private let shift = TransformSpec.translate(Translation(dx: -1))

    private func rows(_ scene: borrowing Scene, _ sql: String) throws -> [Row] {
        var configuration = Configuration()
        configuration.readonly = true
        let other = try DatabaseQueue(path: scene.store.path, configuration: configuration)
        return try other.read { try Row.fetchAll($0, sql: sql) }
    }

    /// The result of some images with these values.
    private func part(_ cell: CellEntry, _ positions: Range<Int>, _ columns: [String: [Float]]) -> RecordedPart {
        var part = Scene.part(cell, positions, columns: columns.keys.sorted())
        for (place, name) in columns.keys.sorted().enumerated() {
            part.table.columns[place].values = Array(columns[name]?[positions] ?? [])
        }
        return part
    }

    /// Number, mean, sample standard deviation and share above 0 of finite differences, in two passes.
    private static func figures(_ differences: [Double]) -> [Double?] {
        let finite = differences.filter(\.isFinite)
        let count = Double(finite.count)
        let mean = finite.reduce(0, +) / count
        let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let raised = Double(finite.count { $0 > 0 }) / count
        return [
            Double(differences.count) - count, count, count > 0 ? mean : nil,
            count > 1 ? (squares / (count - 1)).squareRoot() : nil, count > 0 ? raised : nil,
        ]
    }

    private static func isNear(_ one: Double?, _ other: Double?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return abs(one - other) <= 1e-12 * max(1, abs(other))
    }

    @Test("effects are those of images that both cells have, by class, whatever the bounds of their parts")
    func effects() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 700)
        let (clean, shifted) = (Scene.cell(slice: slice), Scene.cell(shift, slice: slice))
        try scene.begin("run", cells: [clean, shifted])
        var values = (0..<700).map { Float($0 % 37) / 8 + 1 }
        var others = (0..<700).map { values[$0] + Float($0 % 11 - 4) / 16 }
        // Class 3 has neither a finite difference nor another; class 4 has one.
        for position in stride(from: 3, to: 700, by: 10) { others[position] = .nan }
        for position in stride(from: 14, to: 700, by: 10) { values[position] = -.infinity }
        (values[20], others[30], values[41], others[41]) = (.infinity, -.infinity, .infinity, .infinity)
        let bounds = (clean: [0, 1, 300, 557, 690], shifted: [0, 256, 258, 700])
        for (cell, values, bounds) in [(clean, values, bounds.clean), (shifted, others, bounds.shifted)] {
            let ranges = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
            let parts = ranges.map { part(cell, $0, ["bpd": values, "nll": values]) }
            _ = try scene.store.record(parts, in: "run", at: Scene.time)
        }
        let found = try rows(scene, "SELECT * FROM effects ORDER BY class")
        #expect(found.map { $0["class"] as Int } == Array(0..<10))
        for (label, row) in found.enumerated() {
            let positions = stride(from: label, to: 690, by: 10)
            let expected = Self.figures(positions.map { Double(others[$0]) - Double(values[$0]) })
            let names = ["non_finite", "n", "mean", "sd", "raised"]
            for (name, expected) in zip(names, expected) {
                let value: Double? = row[name]
                #expect(Self.isNear(value, expected), "\(name) of class \(label)")
            }
            let texts: [String] = ["cell", "measure", "transform"].map { row[$0] }
            #expect(texts == [shifted.id.description, "bpd", "translate"])
        }
        #expect(try rows(scene, "SELECT * FROM effects WHERE run = 'another'").isEmpty)
        #expect(try rows(scene, "SELECT * FROM effects WHERE cell = '\(shifted.id)' AND class > 7").count == 2)
    }

    @Test("differences as large and as small as Float32 has them are as exact")
    func extremes() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 40)
        let (clean, shifted) = (Scene.cell(slice: slice), Scene.cell(shift, slice: slice))
        try scene.begin("run", cells: [clean, shifted])
        let scales: [Float] = [
            1e-30, 1e30, 1, .leastNormalMagnitude / 8, 0, 1e-5, 1e10, .leastNonzeroMagnitude, 1e38, 1e-3,
        ]
        let others = (0..<40).map { scales[$0 % 10] * Float([1, 2, 4, 9][$0 / 10]) }
        _ = try scene.store.record(
            [
                part(clean, 0..<40, ["bpd": [Float](repeating: 0, count: 40)]), part(shifted, 0..<40, ["bpd": others]),
            ],
            in: "run",
            at: Scene.time
        )
        for (label, row) in try rows(scene, "SELECT * FROM effects ORDER BY class").enumerated() {
            let expected = Self.figures((0..<4).map { Double(others[10 * $0 + label]) })
            for (name, expected) in zip(["mean", "sd", "raised"], expected[2...]) {
                let value = try #require(row[name] as Double?)
                let wanted = try #require(expected)
                #expect(abs(value - wanted) <= 1e-12 * wanted, "\(name) of class \(label)")
            }
        }
    }

    @Test("equal differences have a standard deviation of exactly 0, a single one has none")
    func spread() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 31)
        let (clean, shifted) = (Scene.cell(slice: slice), Scene.cell(shift, slice: slice))
        try scene.begin("run", cells: [clean, shifted])
        _ = try scene.store.record(
            [
                part(clean, 0..<31, ["bpd": [Float](repeating: 0, count: 31)]),
                part(shifted, 0..<31, ["bpd": (0..<31).map { $0 % 10 == 1 && $0 > 1 ? .nan : 0.1 }]),
            ],
            in: "run",
            at: Scene.time
        )
        let found = try rows(scene, "SELECT sd FROM effects ORDER BY class").map { $0[0] as Double? }
        #expect(found == [0, nil] + Array(repeating: 0, count: 8))
    }

    @Test("the effect on a classifier is on whether it finds the class")
    func classifier() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 20)
        let (clean, shifted) = (Scene.cell(slice: slice), Scene.cell(shift, slice: slice))
        try scene.begin("run", cells: [clean, shifted])
        let values = ["bpd": [Float](repeating: 0.1, count: 20), "correct": [Float](repeating: 1, count: 20)]
        let wrong = ["bpd": values["bpd"] ?? [], "correct": (0..<20).map { $0 == 5 ? 0 : 1 }]
        _ = try scene.store.record(
            [part(clean, 0..<20, values), part(shifted, 0..<20, wrong)],
            in: "run",
            at: Scene.time
        )
        let found = try rows(scene, "SELECT measure, class, mean FROM effects WHERE mean <> 0")
        #expect(found.count == 1)
        let measure: String = found[0]["measure"]
        let label: Int = found[0]["class"]
        let mean: Double = found[0]["mean"]
        #expect(measure == "correct")
        #expect(label == 5)
        #expect(mean == -0.5)
    }

    @Test("cells have the figures of what is recorded of them, or none")
    func cells() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 20)
        let cells = [Scene.cell(slice: slice), Scene.cell(shift, slice: slice), Scene.cell(seed: .max, slice: slice)]
        try scene.begin("run", cells: cells)
        let values = (0..<20).map { Float($0) / 4 }
        let others = values.map { $0 + ($0 > 1 ? 0.5 : -0.25) }
        _ = try scene.store.record(
            [
                part(cells[0], 0..<20, ["bpd": values]), part(cells[1], 0..<20, ["bpd": others]),
                part(cells[2], 0..<7, ["bpd": values]),
            ],
            in: "run",
            at: Scene.time
        )
        let found = try rows(scene, "SELECT * FROM cells ORDER BY ordinal")
        #expect(found.map { $0["cell"] as String } == cells.map(\.id.description))
        #expect(found.map { $0["recorded"] as Int } == [20, 20, 7])
        #expect(found.map { $0["seed"] as Int } == [0, 0, -1])
        let plain = Self.figures(values.map { Double($0) })
        expect(found[0], ["n": 20, "mean": plain[2], "sd": plain[3], "minimum": 0, "maximum": 4.75])
        let changes = Self.figures(zip(values, others).map { Double($1) - Double($0) })
        expect(found[1], ["delta_n": 20, "delta_mean": changes[2], "delta_sd": changes[3], "delta_raised": changes[4]])
        let mean: Double? = found[2]["mean"]
        if mean != nil { expect(found[2], ["n": 7, "mean": 0.75]) }
    }

    @Test("all views show the parameters of transformations and of chains' members, each once")
    func parameters() throws {
        let scene = try Scene()
        let noise = TransformSpec.noise(Noise(scale: 1e-5, requantise: true))
        let latents = TransformSpec.zeroLatents(LatentZeroing(levels: .only(2)))
        let raw = TransformSpec.zeroLatents(LatentZeroing(levels: .first(1), latents: .raw))
        let transforms = [
            .identity, shift, noise, latents, try .chain([shift, noise]), try .chain([noise, .noise(Noise(scale: 2))]),
            try .chain([latents, raw]), try .chain([shift, raw]),
        ]
        let cells = transforms.map { Scene.cell($0, slice: Scene.slice(count: 1)) }
        try scene.begin("run", cells: cells)
        _ = try scene.store.record(cells.map { part($0, 0..<1, ["bpd": [1]]) }, in: "run", at: Scene.time)
        let expected: [String: [DatabaseValue]] = [
            "dx": [.null, (-1).databaseValue, .null, .null, (-1).databaseValue, .null, .null, (-1).databaseValue],
            "scale": [.null, .null, 1e-5.databaseValue, .null, 1e-5.databaseValue, .null, .null, .null],
            "mask": [.null, .null, "none".databaseValue, .null, "none".databaseValue, .null, .null, .null],
            "requantise": [
                .null, .null, 1.databaseValue, 0.databaseValue, 1.databaseValue, .null, .null, 0.databaseValue,
            ],
            "level": [.null, .null, .null, 2.databaseValue, .null, .null, .null, .null],
            "levels": [.null, .null, .null, .null, .null, .null, .null, 1.databaseValue],
            "latents": [
                .null, .null, .null, "standardised".databaseValue, .null, .null, .null, "raw".databaseValue,
            ],
        ]
        for view in ["rows", "row_values", "cells", "effects"] {
            let found = try rows(scene, "SELECT * FROM \(view)")
            #expect(found.count == (view == "effects" ? 7 : 8))
            for row in found {
                #expect(Set(row.columnNames).count == row.count, "\(view)")
                let place = try #require(cells.firstIndex { $0.id.description == row["cell"] })
                for (name, values) in expected {
                    #expect(row[name] as DatabaseValue? == values[place], "\(view), \(name), \(transforms[place])")
                }
            }
        }
    }

    @Test("a store whose views know fewer transformations gets them anew")
    func renewed() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [Scene.cell(shift)])
        try scene.store.close()
        let other = try DatabaseQueue(path: scene.store.path)
        try other.write { try $0.execute(sql: "DROP VIEW cells; CREATE VIEW cells AS SELECT 1 AS dy") }
        try other.close()
        try ResultStore.open(scene.store.path).close()
        #expect(try rows(scene, "SELECT dx FROM cells").map { $0["dx"] as Int } == [-1])
    }

    private func expect(_ row: Row, _ figures: [String: Double?]) {
        for (name, expected) in figures {
            let value: Double? = row[name]
            #expect(Self.isNear(value, expected), "\(name)")
        }
    }
}
