// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct TableTests {
    @Test("a table is recorded first and acknowledged only after the commit")
    func recordThenAcknowledge() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let attempt = try #require(try scene.join(.anna).first)
        let arrived = try scene.tell(.tableArrived(attempt, from: .anna))
        #expect(arrived == [.record(attempt, from: .anna, positions: 0..<8)])
        let committed = try scene.tell(.recorded(attempt, from: .anna, positions: 0..<8))
        #expect(
            committed.prefix(3) == [
                .cellFinished(CellID(0), failed: 0), .cellReleased(CellID(0)), .acknowledge(attempt, to: .anna),
            ]
        )
        #expect(committed.finished?.images.recorded == 8)
    }

    @Test("images whose rows the store cannot take have failed, with the store's reason, and the run ends")
    func refusedByTheStore() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.tell(.tableArrived(attempt, from: .anna))
        let refused = try scene.tell(.refused(attempt, from: .anna, positions: 0..<8, reason: "other columns"))
        let failed = try #require(refused.failedShards.first)
        #expect(failed.shard == attempt.shard)
        #expect(failed.attempts.map(\.failure) == [.engineError("other columns")])
        #expect(refused.contains(.acknowledge(attempt, to: .anna)))
        #expect(refused.finished?.images.failed == 8)
    }

    @Test("a table that is sent again before its commit is not looked at twice")
    func resentTable() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.tell(.tableArrived(attempt, from: .anna))
        #expect(try scene.tell(.tableArrived(attempt, from: .anna)).isEmpty)
    }

    @Test("a table whose acknowledgement was lost is compared and acknowledged again", arguments: [8, 80])
    func resentAfterCommit(images: Int) throws {
        let scene = try Scene([.cell(0, images: images)])
        let attempt = try #require(try scene.join(.anna).first)
        let next = try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        try scene.returnsWith(attempt, .anna, besides: next)
        let again = try scene.deliver(attempt, from: .anna)
        #expect(again.first == .compare(attempt, from: .anna, positions: attempt.shard.positions))
        #expect(again.contains(.acknowledge(attempt, to: .anna)))
        #expect(scene.progress.counts.duplicates == 1)
    }

    @Test("the second table of a shard is compared, and a difference is counted against its worker")
    func mismatch() throws {
        let scene = try Scene([.cell(0, images: 100)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert, host: "babbage")
        _ = try scene.wait(seconds: 8, alive: [.bert])
        let requeued = AttemptIdentity(
            cell: 0,
            attempt.shard.positions,
            attempt: 2
        )
        try scene.returnsWith(requeued, .bert)
        _ = try scene.deliver(requeued, from: .bert)
        #expect(try scene.tell(.tableArrived(attempt, from: .anna)).contains(.askToJoin(.anna)))
        try scene.returnsWith(attempt, .anna)
        let late = try scene.deliver(attempt, from: .anna, areEqual: false)
        #expect(late.contains(.compare(attempt, from: .anna, positions: attempt.shard.positions)))
        #expect(late.contains(.acknowledge(attempt, to: .anna)))
        #expect(scene.progress.counts.mismatches == 1)
    }

    @Test("a table with other bounds is recorded where it is new and compared where it is not")
    func overlappingTable() throws {
        let scene = try Scene([.cell(0, images: 100, recorded: [20..<30])])
        let old = AttemptIdentity(cell: 0, 10..<50, epoch: 0)
        try scene.returnsWith(old, .anna)
        let arrived = try scene.tell(.tableArrived(old, from: .anna))
        #expect(
            arrived.filter { if case .dispatch = $0 { false } else { true } } == [
                .record(old, from: .anna, positions: 10..<20),
                .record(old, from: .anna, positions: 30..<50),
                .compare(old, from: .anna, positions: 20..<30),
            ]
        )
        #expect(try scene.tell(.recorded(old, from: .anna, positions: 30..<50)).isEmpty)
        #expect(try scene.tell(.compared(old, from: .anna, positions: 20..<30, areEqual: true)).isEmpty)
        let last = try scene.tell(.recorded(old, from: .anna, positions: 10..<20))
        #expect(last == [.acknowledge(old, to: .anna)], "only when all three parts are settled")
    }

    @Test("nothing that a stale table brought is computed again")
    func staleTableTakesPendingImages() throws {
        let scene = try Scene([.cell(0, images: 100)])
        let stale = AttemptIdentity(cell: 0, 5..<95, epoch: 0)
        try scene.returnsWith(stale, .carl)
        _ = try scene.deliver(stale, from: .carl)
        _ = try scene.tell(.left(.carl, .goodbye))
        var held = try scene.join(.anna)
        var images = 0
        while let attempt = held.popLast() {
            images += attempt.shard.count
            held += try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        }
        #expect(images == 10)
    }

    @Test(
        "a stale table that covers part of a requeued shard leaves the rest in the queue",
        arguments: [0..<4, 4..<9, 9..<16]
    )
    func staleTableCutsRequeuedShard(positions: Range<Int>) throws {
        let scene = try Scene([.cell(0, images: 16)])
        let attempt = try #require(try scene.join(.anna).first)
        #expect(attempt.shard.count == 16)
        #expect(try scene.tell(.left(.anna, .crashed)) == [.workerLost(.anna, .crashed, requeued: 1)])
        let stale = AttemptIdentity(cell: 0, positions, epoch: 0)
        try scene.returnsWith(stale, .carl)
        _ = try scene.deliver(stale, from: .carl)
        _ = try scene.tell(.left(.carl, .goodbye))
        var held = try scene.join(.bert)
        var rest: Set<Int> = []
        while let attempt = held.popLast() {
            rest.formUnion(attempt.shard.positions)
            held += try scene.deliver(attempt, from: .bert).dispatched(to: .bert)
        }
        #expect(rest == Set(0..<16).subtracting(positions))
    }

    @Test("a shard outside its cell, or of a cell that is not in the sweep, is cancelled")
    func foreignTables() throws {
        let scene = try Scene([.cell(0, images: 10)])
        _ = try scene.join(.anna)
        for attempt in [
            AttemptIdentity(cell: 0, 5..<11), AttemptIdentity(cell: 0, -1..<3), AttemptIdentity(cell: 0, 3..<3),
            AttemptIdentity(cell: 7, 0..<5),
        ] {
            let held = [HeldAttempt(attempt, isComputed: true)]
            let facts = WorkerFacts(host: "ada", threads: 1)
            #expect(try scene.tell(.joined(.carl, facts, held: held)).contains(.cancel(attempt, at: .carl)))
        }
    }

    @Test("a result that comes after its shard failed is recorded all the same")
    func resultBeatsFailure() throws {
        let scene = try Scene([.cell(0, images: 4), .cell(1, images: 4)]) { $0.engineErrorBudget = 1 }
        let attempt = try #require(try scene.join(.anna).first)
        let failure = try scene.fail(attempt, from: .anna)
        #expect(failure.failedShards.count == 1)
        #expect(scene.progress.images.failed == 4 && scene.progress.cells.failed == 1)
        try scene.returnsWith(attempt, .anna)
        let late = try scene.deliver(attempt, from: .anna)
        #expect(late.contains(.record(attempt, from: .anna, positions: 0..<4)))
        #expect(late.contains(.cellFinished(CellID(0), failed: 0)))
        #expect(scene.progress.images.failed == 0 && scene.progress.cells.failed == 0)
    }
}
