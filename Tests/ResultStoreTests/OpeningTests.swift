// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Testing
import Vocabulary

@testable import ResultStore

@Suite("Opening a store")
struct OpeningTests {
    @Test("a file that is no database is refused in one line, by writers and readers")
    func noDatabase() throws {
        let scene = try Scene()
        let path = scene.path("notes.txt")
        try Data(repeating: UInt8(ascii: "x"), count: 5000).write(to: URL(fileURLWithPath: path))
        #expect(throws: ResultStoreError.notAStore(path: path)) { try ResultStore.open(path) }
        #expect(throws: ResultStoreError.notAStore(path: path)) { try ResultStore.openForReading(path) }
        #expect(
            ResultStoreError.notAStore(path: "a.txt").description == "a.txt: not a BitSweep store; name another file"
        )
    }

    @Test("another program's database is refused and not a byte of it is changed")
    func foreignDatabase() throws {
        let scene = try Scene()
        let path = scene.path("foreign.sqlite")
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE recipe (name TEXT)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: ResultStoreError.notAStore(path: path)) { try ResultStore.open(path) }
        #expect(throws: ResultStoreError.notAStore(path: path)) { try ResultStore.openForReading(path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test("a store of a later version is refused, naming what is unknown")
    func newerStore() throws {
        let scene = try Scene()
        try scene.store.close()
        let other = try DatabaseQueue(path: scene.store.path)
        try other.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        try other.close()
        let path = scene.store.path
        #expect(throws: ResultStoreError.newer(path: path, schema: ["99"])) { try ResultStore.open(path) }
        #expect(throws: ResultStoreError.newer(path: path, schema: ["99"])) { try ResultStore.openForReading(path) }
    }

    @Test("a missing file is made by a writer and reported by a reader")
    func missingFile() throws {
        let scene = try Scene()
        let path = scene.path("new.sqlite")
        #expect(throws: ResultStoreError.missing(path: path)) { try ResultStore.openForReading(path) }
        try ResultStore.open(path).close()
        #expect(try ResultStore.openForReading(path).runs().isEmpty)
    }

    @Test("a store in a directory that does not exist cannot be opened")
    func missingDirectory() throws {
        let scene = try Scene()
        let path = scene.path("no/such/place.sqlite")
        #expect {
            try ResultStore.open(path)
        } throws: { error in
            guard case .cannotOpen(path, _) = error as? ResultStoreError else { return false }
            return true
        }
    }

    @Test("a store that was opened for reading cannot be written to")
    func readOnly() throws {
        let scene = try Scene()
        let reader = try ResultStore.openForReading(scene.store.path)
        #expect(throws: ResultStoreError.readOnly(path: reader.path)) {
            try reader.addSlice(Digest(of: "x".utf8), indices: [], labels: [])
        }
    }

    @Test("a reader of an empty file is told that the store is not ready")
    func notReady() throws {
        let scene = try Scene()
        let path = scene.path("empty.sqlite")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(throws: ResultStoreError.notReady(path: path)) { try ResultStore.openForReading(path) }
        try ResultStore.open(path).close()
        #expect(try ResultStore.openForReading(path).runs().isEmpty)
    }

    @Test("when the disk is full nothing is recorded, and it can be tried again")
    func diskFull() throws {
        let scene = try Scene()
        let cell = Scene.cell(slice: Scene.slice(count: 5000))
        try scene.begin("run", cells: [cell])
        let parts = [Scene.part(cell, 0..<10), Scene.part(cell, 10..<5000)]
        // SQLite refuses to grow the file beyond this exactly as it does when the disk is full.
        func limit(_ pages: Int) throws {
            _ = try scene.store.write { try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(pages)") }
        }
        try limit(1)
        #expect(throws: ResultStoreError.diskFull(path: scene.store.path)) {
            try scene.store.record(parts, in: "run", at: Scene.time)
        }
        #expect(try scene.store.run("run").recordedImages == 0)
        try limit(1_000_000)
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        #expect(try scene.store.run("run").done == 1)
    }

    @Test("commits are durable: WAL with full synchronisation")
    func durability() throws {
        let scene = try Scene()
        #expect(try scene.store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(try scene.store.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("what was committed is there after a crash", arguments: [true, false])
    func crash(asReader: Bool) throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        _ = try scene.store.record([Scene.part(cell, 0..<20)], in: "run", at: Scene.time)
        // What a killed process leaves: the files as they are while the store is still open.
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.copyItem(atPath: scene.store.path + suffix, toPath: scene.path("crashed") + suffix)
        }
        let crashed = scene.path("crashed")
        let store = try asReader ? ResultStore.openForReading(crashed) : ResultStore.open(crashed)
        #expect(try store.run("run").done == 1)
        try store.close()
    }
}
