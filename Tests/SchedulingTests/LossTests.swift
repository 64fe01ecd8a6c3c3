// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct LossTests {
    @Test("a worker that misses three heartbeats loses its leases, and its shards go to the front of the queue")
    func silence() throws {
        let scene = try Scene([.cell(0, images: 10_000)])
        let lost = try scene.join(.anna)
        let kept = try scene.join(.bert, host: "babbage")
        #expect(try scene.wait(seconds: 6, alive: [.bert]).isEmpty)
        #expect(try scene.wait(seconds: 1, alive: [.bert]) == [.workerLost(.anna, .silent, requeued: 2)])
        let next = try scene.deliver(kept[0], from: .bert).dispatched(to: .bert)
        #expect(next.map(\.shard) == [lost[0].shard])
        #expect(next.map(\.attempt) == [2])
    }

    @Test("a shard may take as long as it likes while its worker shows signs of life")
    func noTimeLimit() throws {
        let scene = try Scene([.cell(0, images: 4)])
        let held = try scene.join(.anna)
        #expect(try scene.wait(seconds: 3600, alive: [.anna]).isEmpty)
        #expect(try scene.deliver(held[0], from: .anna).finished != nil)
    }

    @Test("a coordinator that was stopped itself does not take the silence for the workers'")
    func ownSilence() throws {
        let scene = try Scene([.cell(0, images: 4)])
        _ = try scene.join(.anna)
        scene.now = scene.now.advanced(by: .seconds(60))
        #expect(try scene.tell(.tick).isEmpty)
        #expect(try scene.wait(seconds: 6).isEmpty)
        #expect(try scene.wait(seconds: 1) == [.workerLost(.anna, .silent, requeued: 1)])
    }

    @Test("a lost shard prefers another host while there is other work, and takes the same one otherwise")
    func otherHost() throws {
        let scene = try Scene([.cell(0, images: 64)]) { $0.limitCredit(to: 1) }
        let lost = try scene.join(.anna, host: "ada")
        let kept = try scene.join(.bert, host: "ada")
        _ = try scene.tell(.left(.anna, .crashed))
        var same = try scene.deliver(kept[0], from: .bert).dispatched(to: .bert)
        #expect(same[0].shard != lost[0].shard, "fresh images suit the same host better")
        let other = try scene.join(.carl, host: "babbage")
        #expect(other.map(\.shard) == [lost[0].shard])
        _ = try scene.tell(.left(.carl, .crashed))
        var shards: [Shard] = []
        while let attempt = same.popLast() {
            shards.append(attempt.shard)
            same = try scene.deliver(attempt, from: .bert).dispatched(to: .bert)
        }
        #expect(shards.contains(lost[0].shard))
        #expect(scene.progress.images.recorded == 64)
    }

    @Test("only the attempt that was running is blamed for the loss of its worker")
    func blame() throws {
        let scene = try Scene([.cell(0, images: 32)]) { $0.workerLossBudget = 2 }
        var failed: [FailedShard] = []
        for life in 0..<2 {
            let worker = WorkerID(UInt64(100 + life))
            let held = try scene.join(worker)
            #expect(held.count == 2)
            failed += try scene.tell(.left(worker, .crashed)).failedShards
        }
        #expect(failed.count == 1)
        #expect(failed.first?.shard.positions == 0..<16, "the second shard had not begun in either life")
        #expect(failed.first?.attempts.map(\.failure) == [.workerLost(.crashed), .workerLost(.crashed)])
    }

    @Test(
        "a shard is blamed for a silent worker that was heard of a heartbeat's interval after it began",
        arguments: [true, false]
    )
    func computedForAWhile(isHeardOf: Bool) throws {
        let scene = try Scene([.cell(0, images: 4)]) { $0.workerLossBudget = 1 }
        _ = try scene.join(.anna)
        if isHeardOf { _ = try scene.wait(seconds: 2, alive: [.anna]) }
        let failed = try scene.wait(seconds: 8).failedShards
        #expect(failed.flatMap { $0.attempts.map(\.failure) } == (isHeardOf ? [.workerLost(.silent)] : []))
        #expect(scene.progress.images.failed == (isHeardOf ? 4 : 0))
    }

    @Test("ten workers that take a shard and vanish count as one that is lost")
    func vanishings() throws {
        let scene = try Scene([.cell(0, images: 4)]) { $0.workerLossBudget = 2 }
        var failed: [FailedShard] = []
        for life in 0..<20 {
            #expect(failed.isEmpty)
            #expect(try scene.join(WorkerID(UInt64(100 + life)), host: "host \(life)").count == 1)
            failed += try scene.wait(seconds: 8).failedShards
        }
        #expect(failed.map { $0.attempts.map(\.failure) } == [[.workerLost(.vanished), .workerLost(.vanished)]])
    }

    @Test("a worker that fails attempts whose images others have leaves no trace of them")
    func failuresOfNothing() throws {
        let scene = try Scene([.cell(0, images: 8)]) { $0.limitCredit(to: 1) }
        let first = try #require(try scene.join(.anna).first)
        _ = try scene.wait(seconds: 8)
        _ = try scene.join(.bert, host: "babbage")
        for number in 2..<100 {
            var stale = first
            stale.attempt = UInt32(number)
            _ = try scene.join(.carl, host: "carla", held: [HeldAttempt(stale, isComputed: false)])
            _ = try scene.fail(stale, from: .carl)
        }
        #expect((scene.core.explain(CellID(0))?.failures.count ?? .max) <= 1)
    }

    @Test("a goodbye spends no budget")
    func goodbye() throws {
        let scene = try Scene([.cell(0, images: 4)]) { $0.workerLossBudget = 1 }
        for life in 0..<20 {
            let worker = WorkerID(UInt64(100 + life))
            let held = try scene.join(worker)
            #expect(held.map(\.attempt) == [UInt32(life + 1)], "each dispatch has a number of its own")
            #expect(try scene.tell(.left(worker, .goodbye)) == [.workerLost(worker, .goodbye, requeued: 1)])
        }
    }

    @Test("a shard that no engine survives fails with every attempt in its record, and the rest goes on")
    func engineErrors() throws {
        let scene = try Scene([.cell(0, images: 4), .cell(1, images: 4)]) { $0.limitCredit(to: 1) }
        var held: [WorkerID: AttemptIdentity] = [:]
        held[.anna] = try scene.join(.anna, host: "ada").first
        held[.bert] = try scene.join(.bert, host: "babbage").first
        var failed: [FailedShard] = []
        var hosts: [String] = []
        while let (worker, attempt) = held.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            let isPoisoned = attempt.shard.cell == CellID(0)
            if isPoisoned { hosts.append(worker == .anna ? "ada" : "babbage") }
            let actions =
                isPoisoned ? try scene.fail(attempt, from: worker) : try scene.deliver(attempt, from: worker)
            failed += actions.failedShards
            held[worker] = nil
            for other in [WorkerID.anna, .bert] {
                if let next = actions.dispatched(to: other).first { held[other] = next }
            }
        }
        #expect(failed.count == 1)
        #expect(failed.first?.attempts.map(\.host) == hosts)
        #expect(failed.first?.attempts.map(\.attempt.attempt) == [1, 2, 3])
        #expect(zip(hosts, hosts.dropFirst()).allSatisfy { $0 != $1 }, "each error is tried on the other worker next")
        #expect(scene.progress.images.recorded == 4 && scene.progress.images.failed == 4)
        #expect(scene.progress.counts.engineErrors == 3)
    }

    @Test("a lone worker tries again what its engine refused")
    func loneWorker() throws {
        let scene = try Scene([.cell(0, images: 4)])
        let attempt = try #require(try scene.join(.anna).first)
        #expect(try scene.fail(attempt, from: .anna).dispatched(to: .anna).map(\.attempt) == [2])
    }

    @Test("a worker does not get back what its engine refused while another could try it")
    func avoidance() throws {
        let scene = try Scene([.cell(0, images: 4), .cell(1, images: 2)]) { $0.limitCredit(to: 1) }
        let refused = try #require(try scene.join(.anna).first)
        let kept = try #require(try scene.join(.bert).first)
        #expect(try scene.fail(refused, from: .anna).dispatched(to: .anna).isEmpty)
        #expect(try scene.deliver(kept, from: .bert).dispatched(to: .bert).map(\.shard) == [refused.shard])
    }
}
