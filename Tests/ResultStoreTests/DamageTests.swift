// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import ResultStore
import TestSupport
import Testing
import Vocabulary

@Suite("Damaged stores")
struct DamageTests {
    @Test("a damaged store is reported and never trapped on", arguments: 0..<20 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        let scene = try Scene()
        let cells = (0..<30).map { Scene.cell(seed: $0) }
        try scene.begin("run", cells: cells)
        _ = try scene.store.record(cells.map { Scene.part($0, 3..<17) }, in: "run", at: Scene.time)
        try scene.store.close()
        var generator = SplitMix64(seed: seed)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scene.store.path)))
        if seed.isMultiple(of: 4) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
        for _ in 0..<Int.random(in: 1...400, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                generator.next(upperBound: 2 as UInt64) == 0 ? 0 : 255
        }
        try Data(bytes).write(to: URL(fileURLWithPath: scene.store.path))
        try expectNoTrap(scene.store.path, cells)
    }

    @Test("a value that nobody wrote is never trapped on", arguments: places, [Int64.min, -1, 1 << 40, .max])
    func strangeNumber(place: (table: String, column: String), value: Int64) throws {
        try strangeValue(place, value)
    }

    @Test("a measured number beyond belief is never trapped on, and gives no speed", arguments: [1e308, -1, 1e-300])
    func strangeMeasurement(value: Double) throws {
        for (table, column) in [("run", "created"), ("run", "updated"), ("part", "seconds")] {
            try strangeValue((table, column), value)
        }
    }

    @Test("a text or blob that nobody wrote is never trapped on", arguments: ["", "\n", "strange"])
    func strangeText(text: String) throws {
        for column in ["conditioning", "id"] { try strangeValue(("cell", column), column == "id" ? nil : text) }
        try strangeValue(("layout", "names"), text)
        try strangeValue(("run", "state"), text)
        try strangeValue(("transform", "parameters"), text)
        for (table, column) in [("slice", "indices"), ("slice", "labels"), ("part", "data"), ("run", "digest")] {
            try strangeValue((table, column), Data(text.utf8))
        }
    }

    private static let places: [(table: String, column: String)] = [
        ("run", "epoch"), ("run", "cells"), ("run", "done"), ("run", "images"), ("run", "recorded"),
        ("run", "duplicates"), ("run", "owner_pid"), ("slice", "images"), ("cell", "model"), ("cell", "slice"),
        ("cell", "transform"), ("cell", "seed"), ("cell", "numerics"), ("cell", "images"), ("cell", "recorded"),
        ("run_cell", "ordinal"), ("run_cell", "cell"), ("run_cell", "naming"), ("part", "lower"), ("part", "upper"),
        ("part", "layout"), ("part", "worker"), ("part", "cell"),
    ]

    private func strangeValue(
        _ place: (table: String, column: String),
        _ value: (any DatabaseValueConvertible)?
    ) throws {
        let scene = try Scene()
        let cells = (0..<2).map { Scene.cell(seed: $0) }
        try scene.begin("run", cells: cells)
        _ = try scene.store.record(cells.map { Scene.part($0, 3..<17) }, in: "run", at: Scene.time)
        try scene.store.close()
        let other = try DatabaseQueue(path: scene.store.path)
        let target = value == nil ? "randomblob(5)" : "?"
        try other.write { database in
            try database.execute(
                sql: "UPDATE OR IGNORE \(place.table) SET \(place.column) = \(target)",
                arguments: StatementArguments(value.map { [$0] } ?? [])
            )
        }
        try other.close()
        try expectNoTrap(scene.store.path, cells)
    }

    private func expectNoTrap(_ path: String, _ cells: [CellEntry]) throws {
        do {
            try useEverything(path, cells)
        } catch is ResultStoreError {
            // Which one, and whether there is one, depends on what was hit.
        }
    }

    private func useEverything(_ path: String, _ cells: [CellEntry]) throws {
        let store = try ResultStore.open(path)
        defer { try? store.close() }
        var firstError: (any Error)?
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { firstError = firstError ?? error }
        }
        attempt { _ = try store.runs() }
        attempt {
            let speed = try store.imagesPerSecond()
            #expect((speed ?? 1) <= 1e15)
        }
        attempt { _ = try store.cells(of: "run") }
        attempt {
            let text = "name: sweep"
            let digest = Digest(of: text.utf8)
            _ = try store.begin(
                RunRequest(id: "x", sweep: "sweep", path: "", text: text, digest: digest),
                at: Scene.time
            )
        }
        for cell in cells { attempt { _ = try store.values(of: cell.id, column: "bpd") } }
        attempt { _ = try store.export("run", as: .csv) { _ in } }
        attempt { try store.forEachCompleteCell(numericsVersion: 1) { _ in } }
        attempt { _ = try store.recordedRanges(of: cells[0].id) }
        attempt { _ = try store.failures(of: "run") }
        for cell in cells { attempt { _ = try store.history(of: "\(cell.id)", in: "run") } }
        for cell in cells {
            attempt { _ = try store.record([Scene.part(cell, 0..<20)], in: "run", at: Scene.time) }
        }
        attempt { try store.setCells(of: "run", to: cells) }
        if let firstError { throw firstError }
    }
}
