// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct BalanceTests {
    @Test("what a worker keeps waiting is asked back for an idle one, and goes to it")
    func retraction() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let held = try scene.join(.anna)
        let actions = try scene.tell(.joined(.bert, WorkerFacts(host: "babbage", threads: 1), held: []))
        #expect(actions == [.retract([held[1]], at: .anna)])
        #expect(try scene.wait(seconds: 1, alive: [.anna, .bert]).isEmpty, "it is asked once")
        let moved = try scene.tell(.failed(held[1], from: .anna, .handedBack))
        #expect(moved.dispatched(to: .bert).map(\.shard) == [held[1].shard])
        #expect(scene.progress.counts.retractions == 1 && scene.progress.counts.engineErrors == 0)
    }

    @Test("the most loaded worker gives, and the later half of what it keeps waiting")
    func mostLoaded() throws {
        let scene = try Scene((0..<12).map { .cell($0, images: 4) }) { $0.minimumCredit = 8 }
        let most = try scene.join(.anna)
        _ = try scene.join(.bert)
        let actions = try scene.tell(.joined(.carl, WorkerFacts(host: "babbage", threads: 1), held: []))
        #expect(actions == [.retract(Array(most.suffix(4)), at: .anna)])
    }

    @Test("nothing is asked back while there is other work, or during a pause")
    func noRetraction() throws {
        let scene = try Scene([.cell(0, images: 64)])
        _ = try scene.join(.anna)
        _ = try scene.tell(.pause(.user))
        _ = try scene.join(.bert)
        #expect(try scene.wait(seconds: 5, alive: [.anna, .bert]).isEmpty)
        #expect(scene.progress.counts.retractions == 0)
    }

    @Test("a retraction that nobody answers costs nothing")
    func unansweredRetraction() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let held = try scene.join(.anna)
        _ = try scene.join(.bert)
        for attempt in held { _ = try scene.deliver(attempt, from: .anna, after: 1) }
        #expect(scene.progress.images.recorded == 32 && scene.progress.counts.requeues == 0)
    }

    /// Ten shards of 16 images that took a second each, and one at Anna that takes longer.
    private func straggling(
        _ configure: (inout SchedulingConfiguration) -> Void = { _ in }
    ) throws -> (
        Scene, AttemptIdentity
    ) {
        let scene = try Scene([.cell(0, images: 176)]) {
            $0.limitCredit(to: 1)
            $0.firstShardImagesPerThread = 16
            $0.maximumShardImages = 16
            configure(&$0)
        }
        let slow = try #require(try scene.join(.anna, host: "ada").first)
        var held = try scene.join(.bert, host: "ada")
        while let attempt = held.popLast() {
            _ = try scene.tell(.heard(.anna))
            let seconds = Double(attempt.shard.count) / 16
            held = try scene.deliver(attempt, from: .bert, after: seconds).dispatched(to: .bert)
            if held.first?.shard == slow.shard { break }
        }
        #expect(held.map(\.shard) == [slow.shard], "it is ten seconds old when the queue is empty")
        return (scene, slow)
    }

    @Test(
        "an attempt that takes twice as long as nearly all others is repeated by an idle worker; the first table wins"
    )
    func speculation() throws {
        let (scene, slow) = try straggling()
        let copy = AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2)
        #expect(scene.progress.counts.speculations == 1 && scene.progress.gauges.runningSpeculations == 1)
        let won = try scene.deliver(copy, from: .bert, after: 1)
        #expect(won.contains(.cancel(slow, at: .anna)))
        #expect(won.finished?.counts.speculationsWon == 1)
        #expect(won.finished?.gauges.leases == 0, "the loser is free again")
        // It was computed before the cancellation came.
        try scene.returnsWith(slow, .anna)
        let late = try scene.deliver(slow, from: .anna)
        #expect(late.contains(.compare(slow, from: .anna, positions: slow.shard.positions)))
    }

    @Test("the original may win too, and its copy is cancelled")
    func originalWins() throws {
        let (scene, slow) = try straggling()
        let won = try scene.deliver(slow, from: .anna)
        #expect(won.contains(.cancel(AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2), at: .bert)))
        #expect(won.finished?.counts.speculationsWon == 0)
    }

    @Test("a copy keeps the images when the worker of the original is lost, and they are not queued a second time")
    func heir() throws {
        let (scene, slow) = try straggling()
        #expect(try scene.tell(.left(.anna, .crashed)) == [.workerLost(.anna, .crashed, requeued: 0)])
        #expect(try scene.join(.carl).isEmpty)
        let copy = AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2)
        #expect(try scene.fail(copy, from: .bert).dispatched(to: .carl).map(\.attempt) == [3])
    }

    @Test("a copy that fails leaves the original as it was")
    func failingCopy() throws {
        let (scene, slow) = try straggling { $0.speculationFactor = 2 }
        let copy = AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2)
        _ = try scene.tell(.left(.bert, .crashed))
        #expect(scene.progress.images.inFlight == 16 && scene.progress.counts.requeues == 0)
        #expect(try scene.deliver(slow, from: .anna).finished != nil)
        #expect(try scene.fail(copy, from: .bert).contains(.askToJoin(.bert)))
    }

    @Test("after as many failed copies as the budget for errors has, no more are made, and the original goes on")
    func copiesAreBounded() throws {
        let (scene, slow) = try straggling { $0.engineErrorBudget = 3 }
        var copies = [AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2)]
        while let copy = copies.last, copies.count < 10 {
            var actions = try scene.fail(copy, from: .bert)
            actions += try scene.wait(seconds: 3, alive: [.anna, .bert])
            guard let next = actions.dispatched(to: .bert).first else { break }
            copies.append(next)
        }
        #expect(copies.map(\.attempt) == [2, 3, 4])
        #expect(try scene.deliver(slow, from: .anna).finished?.images.failed == 0)
    }

    @Test("the copy goes to another host rather than to a faster worker, and there is one copy at most")
    func otherHostForCopy() throws {
        let scene = try Scene([.cell(0, images: 96)]) {
            $0.limitCredit(to: 1)
            $0.maximumShardImages = 16
            $0.speculationFactor = 10
        }
        let slow = try #require(try scene.join(.anna, host: "ada").first)
        var held = try scene.join(.bert, host: "ada")
        while let attempt = held.popLast() {
            let seconds = Double(attempt.shard.count) / 160
            held = try scene.deliver(attempt, from: .bert, after: seconds).dispatched(to: .bert)
        }
        #expect(scene.progress.counts.speculations == 0, "Anna is not late yet")
        _ = try scene.join(.carl, host: "babbage")
        _ = try scene.join(.dora, host: "ada")
        let actions = try scene.wait(seconds: 5, alive: [.anna, .bert, .carl, .dora])
        let copies = actions.filter { if case .dispatch = $0 { true } else { false } }
        #expect(copies == [.dispatch(AttemptIdentity(cell: 0, slow.shard.positions, attempt: 2), to: .carl)])
    }
}
