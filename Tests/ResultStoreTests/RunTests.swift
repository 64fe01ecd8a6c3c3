// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Testing
import Vocabulary

@testable import ResultStore

@Suite("Runs")
struct RunTests {
    @Test("a run is what was asked for, read back by another SQL connection")
    func readBack() throws {
        let scene = try Scene()
        let begun = try scene.begin("calm-heron")
        #expect(begun == scene.begun("calm-heron", resumed: false, epoch: 1, previousOwner: nil))
        let other = try DatabaseQueue(path: scene.store.path)
        let row = try other.read { try Row.fetchOne($0, sql: "SELECT * FROM run") }
        #expect(row?["id"] == "calm-heron")
        #expect(row?["path"] == "Sweeps/sweep.yaml")
        #expect(row?["text"] == "name: sweep")
        #expect(row?["digest"] == Data(Digest(of: "name: sweep".utf8).bytes))
        #expect(row?["created"] == 1_000_000.0)
        #expect(row?["endpoint"] == "tcp://127.0.0.1:7700")
        #expect(row?["owner_pid"] == 42)
        let record = try scene.store.run("calm-heron")
        #expect(record.created == Scene.time)
        #expect(record.owner == Scene.owner)
        #expect(record.digest == Digest(of: "name: sweep".utf8))
        #expect(try scene.store.sweepText(of: "calm-heron") == "name: sweep")
    }

    @Test("an unfinished run of the same sweep continues", arguments: [RunState.running, .interrupted, .failed])
    func resume(state: RunState) throws {
        let scene = try Scene()
        _ = try scene.begin("first")
        try scene.store.setState(state, of: "first", at: Scene.time)
        let owner = state == .running ? Scene.owner : nil
        #expect(try scene.begin("second") == scene.begun("first", resumed: true, epoch: 2, previousOwner: owner))
        #expect(try scene.begin("third").epoch == 3)
        #expect(try scene.store.run("first").state == .running)
        #expect(try scene.store.runs().count == 1)
    }

    @Test("a run that somebody works on is not begun again, and one whose coordinator is gone is")
    func taken() throws {
        let scene = try Scene()
        let path = scene.store.path
        let first = try ResultStore.open(path)
        _ = try scene.begin("first", by: first)
        let taken = ResultStoreError.runTaken(id: "first", owner: Scene.owner, path: path)
        #expect(throws: taken) { try scene.begin("second") }
        #expect(throws: taken) { try scene.store.claim(Digest(of: "name: sweep".utf8)) }
        #expect(try scene.store.run("first").epoch == 1)
        #expect(try !scene.begin("other", sweep: "another").resumed, "another sweep is nobody's")
        try first.setState(.failed, of: "first", at: Scene.time)
        #expect(try scene.begin("second").epoch == 2)
    }

    @Test("a run is interrupted for all who look as soon as nobody holds its lock")
    func left() throws {
        let scene = try Scene()
        func begin() throws -> [RunState] {
            let first = try ResultStore.open(scene.store.path)
            _ = try scene.begin("first", by: first)
            return try [scene.store.run("first").state] + scene.store.runs().map(\.state)
        }
        #expect(try begin() == [.running, .running])
        let left = try scene.store.run("first")
        #expect(left.state == .interrupted)
        #expect(left.owner == nil)
        #expect(try ResultStore.openForReading(scene.store.path).runs().map(\.state) == [.interrupted])
        #expect(try scene.begin("second") == scene.begun("first", resumed: true, epoch: 2, previousOwner: Scene.owner))
    }

    @Test("who lost a run writes nothing more to it, and is told who has it")
    func takenOver() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        let path = scene.store.path
        let first = try ResultStore.open(path)
        _ = try scene.begin("first", by: first)
        try first.addSlice(cell.slice.digest, indices: Scene.indices(cell.slice), labels: Scene.labels(cell.slice))
        try first.setCells(of: "first", to: [cell])
        try first.confirm("first")
        // As on a file system whose locks are granted to everybody.
        try FileManager.default.removeItem(atPath: path + ".lock")
        let second = try ResultStore.open(path)
        _ = try scene.begin("second", by: second)

        let lost = ResultStoreError.runTakenOver(id: "first", owner: Scene.owner, path: path)
        #expect(throws: lost) { try first.record([Scene.part(cell, 0..<20)], in: "first", at: Scene.time) }
        #expect(throws: lost) { try first.setState(.complete, of: "first", at: Scene.time) }
        #expect(throws: lost) { try first.setCells(of: "first", to: []) }
        #expect(throws: lost) { try first.confirm("first") }
        #expect(try second.run("first").totals == [1, 0, 20, 0])
        _ = try second.record([Scene.part(cell, 0..<20)], in: "first", at: Scene.time)
        #expect(try second.run("first").totals == [1, 1, 20, 20])
        try second.confirm("first")
    }

    @Test("a store that is removed or replaced while it is written to is missed")
    func replaced() throws {
        let scene = try Scene()
        let path = scene.store.path
        _ = try scene.begin("first")
        try FileManager.default.moveItem(atPath: path, toPath: scene.path("elsewhere"))
        #expect(throws: ResultStoreError.replaced(path: path)) { try scene.store.confirm("first") }
        try Data().write(to: URL(filePath: path))
        #expect(throws: ResultStoreError.replaced(path: path)) { try scene.store.confirm("first") }
    }

    @Test("a paused run keeps its owner")
    func paused() throws {
        let scene = try Scene()
        _ = try scene.begin("first")
        try scene.store.setState(.paused, of: "first", at: Scene.time)
        #expect(try scene.store.run("first").owner?.pid == 42)
    }

    @Test(
        "after a complete or cancelled run, and for another sweep, a new run begins",
        arguments: [RunState.complete, .cancelled]
    )
    func newRun(state: RunState) throws {
        let scene = try Scene()
        _ = try scene.begin("first")
        #expect(try !scene.begin("other", sweep: "another").resumed)
        try scene.store.setState(state, of: "first", at: Scene.time)
        #expect(try scene.begin("second") == scene.begun("second", resumed: false, epoch: 1, previousOwner: nil))
    }

    @Test("runs are listed newest first")
    func order() throws {
        let scene = try Scene()
        for (id, time) in [("old", 10.0), ("new", 30), ("middle", 20)] {
            _ = try scene.begin(id, sweep: id, at: Date(timeIntervalSince1970: time))
        }
        #expect(try scene.store.runs().map(\.id) == ["new", "middle", "old"])
    }

    @Test("an id is used once, and an unknown one is named")
    func ids() throws {
        let scene = try Scene()
        let path = scene.store.path
        _ = try scene.begin("a", sweep: "one")
        #expect(throws: ResultStoreError.runExists(id: "a", path: path)) { try scene.begin("a", sweep: "two") }
        #expect(throws: ResultStoreError.unknownRun(id: "b", path: path)) { try scene.store.run("b") }
        #expect(throws: ResultStoreError.unknownRun(id: "b", path: path)) {
            try scene.store.setState(.complete, of: "b", at: Scene.time)
        }
        #expect(throws: ResultStoreError.unknownRun(id: "b", path: path)) { try scene.store.cells(of: "b") }
    }

    @Test("failures come back as they were, and are history once the run continues")
    func failures() throws {
        let scene = try Scene()
        let cell = Scene.cell()
        try scene.begin("run", cells: [cell])
        let failures = (1...3).map { attempt in
            FailureRecord(
                attempt: AttemptIdentity(
                    shard: Shard(cell: cell.id, lower: 2, upper: 5),
                    attempt: UInt32(attempt),
                    epoch: .max
                ),
                kind: "engine",
                message: "out of memory, 'really'\nand more",
                worker: "w1",
                host: "node-\(attempt)",
                time: Scene.time,
                isTerminal: attempt == 3,
                log: (1..<attempt).map { "line \($0)" }
            )
        }
        #expect(try scene.store.record([], failures: failures, in: "run", at: Scene.time).isEmpty)
        #expect(try scene.store.failures(of: "run") == failures)
        try scene.store.setState(.failed, of: "run", at: Scene.time)
        _ = try scene.begin("again")
        #expect(try scene.store.failures(of: "run").map(\.isTerminal) == [false, false, false])
    }
}

extension Scene {
    fileprivate borrowing func begun(
        _ id: String,
        resumed: Bool,
        epoch: UInt64,
        previousOwner: RunOwner?
    ) -> BegunRun {
        BegunRun(id: id, resumed: resumed, epoch: epoch, previousOwner: previousOwner)
    }
}
