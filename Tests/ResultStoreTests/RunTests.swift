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
        #expect(record.owner == RunOwner(pid: 42, bootID: "boot", host: "here"))
        #expect(record.digest == Digest(of: "name: sweep".utf8))
        #expect(try scene.store.sweepText(of: "calm-heron") == "name: sweep")
    }

    @Test("an unfinished run of the same sweep continues", arguments: [RunState.running, .interrupted, .failed])
    func resume(state: RunState) throws {
        let scene = try Scene()
        _ = try scene.begin("first")
        try scene.store.setState(state, of: "first", at: Scene.time)
        let owner = state == .running ? RunOwner(pid: 42, bootID: "boot", host: "here") : nil
        #expect(try scene.begin("second") == scene.begun("first", resumed: true, epoch: 2, previousOwner: owner))
        #expect(try scene.begin("third").epoch == 3)
        #expect(try scene.store.run("first").state == .running)
        #expect(try scene.store.runs().count == 1)
    }

    @Test("a run whose owner lives is not begun again, and one whose owner is dead is")
    func taken() throws {
        let scene = try Scene()
        _ = try scene.begin("first")
        var asked: [RunOwner] = []
        #expect(throws: ResultStoreError.runTaken(id: "first", pid: 42, path: scene.store.path)) {
            try scene.begin(
                "second",
                isAlive: { owner in
                    asked.append(owner)
                    return true
                }
            )
        }
        #expect(asked == [RunOwner(pid: 42, bootID: "boot", host: "here")])
        #expect(try scene.store.run("first").epoch == 1)
        #expect(try scene.begin("second").epoch == 2)
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
