// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct AdoptionTests {
    @Test("a worker that comes back before anyone took its shards keeps them")
    func returnsInTime() throws {
        let scene = try Scene([.cell(0, images: 100)])
        let held = try scene.join(.anna)
        #expect(try scene.wait(seconds: 7) == [.workerLost(.anna, .silent, requeued: 2)])
        #expect(try scene.tell(.heard(.anna)) == [.askToJoin(.anna)])
        #expect(try scene.join(.anna, held: held.map { HeldAttempt($0, isComputed: false) }).isEmpty)
        #expect(try scene.join(.bert).allSatisfy { $0.attempt == 1 }, "Bert gets fresh images")
        #expect(scene.progress.counts.adopted == 2)
    }

    @Test("a worker that comes back too late computes beside the new holder, and the first table wins")
    func returnsLate() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let stale = try #require(try scene.join(.anna).first)
        _ = try scene.wait(seconds: 7)
        let new = try #require(try scene.join(.bert).first)
        #expect(new.shard == stale.shard && new.attempt == 2)
        _ = try scene.join(.anna, held: [HeldAttempt(stale, isComputed: false)])
        let first = try scene.deliver(stale, from: .anna)
        #expect(first.contains(.record(stale, from: .anna, positions: 0..<8)))
        let second = try scene.deliver(new, from: .bert)
        #expect(second.contains(.compare(new, from: .bert, positions: 0..<8)))
    }

    @Test("an attempt beside another holder's gives nothing back when it ends", arguments: [0..<8, 2..<5])
    func shadowGivesNothingBack(positions: Range<Int>) throws {
        let scene = try Scene([.cell(0, images: 8)])
        _ = try scene.join(.anna)
        let old = AttemptIdentity(cell: 0, positions, epoch: 0)
        _ = try scene.join(.bert, held: [HeldAttempt(old, isComputed: false)])
        #expect(try scene.fail(old, from: .bert).isEmpty, "Anna holds these images")
        #expect(scene.progress.images.inFlight == 8)
    }

    @Test("a requeued shard survives an overlapping attempt that ends")
    func shadowLeavesRequeuedShard() throws {
        let scene = try Scene([.cell(0, images: 8)])
        _ = try scene.join(.anna)
        let old = AttemptIdentity(cell: 0, 2..<5, epoch: 0)
        _ = try scene.join(.bert, held: [HeldAttempt(old, isComputed: false)])
        _ = try scene.tell(.drain(.bert))
        _ = try scene.tell(.left(.anna, .crashed))
        _ = try scene.tell(.left(.bert, .crashed))
        var held = try scene.join(.carl)
        var positions: [Int] = []
        while let attempt = held.popLast() {
            positions += attempt.shard.positions
            held += try scene.deliver(attempt, from: .carl).dispatched(to: .carl)
        }
        #expect(positions.sorted() == Array(0..<8))
    }

    @Test("the number of an attempt that a worker brings along may be anything", arguments: [0, 7, UInt32.max])
    func foreignNumbers(number: UInt32) throws {
        let scene = try Scene([.cell(0, images: 8)])
        let old = AttemptIdentity(cell: 0, 0..<8, attempt: number)
        _ = try scene.join(.anna, held: [HeldAttempt(old, isComputed: false)])
        _ = try scene.join(.bert)
        #expect(try scene.fail(old, from: .anna).dispatched(to: .bert).map(\.attempt) == [2])
    }

    @Test("a dispatch that was lost on the way is noticed by the next hello")
    func lostDispatch() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let held = try scene.join(.anna)
        let again = try scene.join(.anna, held: [HeldAttempt(held[0], isComputed: false)])
        #expect(again.map(\.shard) == [held[1].shard])
        #expect(again.map(\.attempt) == [2])
    }

    @Test("a restarted coordinator adopts what its workers hold, whatever the bounds")
    func restart() throws {
        let scene = try Scene([.cell(0, images: 100, recorded: [0..<10])], epoch: 2)
        let running = AttemptIdentity(cell: 0, 10..<40, epoch: 1)
        let computed = AttemptIdentity(cell: 0, 40..<70, epoch: 1)
        let held = [HeldAttempt(computed, isComputed: true), HeldAttempt(running, isComputed: false)]
        #expect(try scene.join(.anna, held: held).isEmpty, "her credit is used up")
        let others = try scene.join(.bert)
        #expect(others.allSatisfy { $0.shard.lower >= 70 && $0.epoch == 2 })
        _ = try scene.deliver(computed, from: .anna)
        _ = try scene.deliver(running, from: .anna)
        #expect(scene.progress.images.recorded == 60)
    }

    @Test("an attempt that nobody needs any more is cancelled, unless its table can be compared")
    func uselessAttempts() throws {
        let scene = try Scene([.cell(0, images: 10, recorded: [0..<10]), .cell(1, images: 10, recorded: [0..<5])])
        let cached = AttemptIdentity(cell: 0, 0..<10, epoch: 0)
        let partly = AttemptIdentity(cell: 1, 0..<5, epoch: 0)
        let foreign = AttemptIdentity(cell: 9, 0..<5, epoch: 0)
        let held = [cached, partly, foreign].map { HeldAttempt($0, isComputed: false) }
        let actions = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: held))
        #expect(
            actions.prefix(3) == [
                .cancel(cached, at: .anna), .cancel(partly, at: .anna), .cancel(foreign, at: .anna),
            ]
        )
        let again = try scene.tell(
            .joined(.bert, WorkerFacts(host: "ada", threads: 1), held: [HeldAttempt(cached, isComputed: true)])
        )
        #expect(!again.contains(.cancel(cached, at: .bert)))
        #expect(try scene.deliver(cached, from: .bert).contains(.compare(cached, from: .bert, positions: 0..<10)))
    }

    @Test("a table of an attempt that its worker has no lease of does not count, and the worker is asked to say hello")
    func unleased() throws {
        let scene = try Scene([.cell(0, images: 64)])
        let annas = try scene.join(.anna)
        let berts = try scene.join(.bert)
        let invented = AttemptIdentity(cell: 0, 40..<60, attempt: 9, epoch: 0)
        for attempt in [annas[0], invented] {
            let actions = try scene.tell(.tableArrived(attempt, from: .bert))
            #expect(actions == [.setAside(attempt, from: .bert), .askToJoin(.bert)])
            #expect(try scene.tell(.failed(attempt, from: .bert, .engineError("no"))).isEmpty)
            #expect(try scene.tell(.failed(attempt, from: .bert, .handedBack)).isEmpty)
        }
        #expect(scene.progress.counts.unleased == 2 && scene.progress.images.recorded == 0)
        #expect(scene.core.holds(.anna, annas[0]) && !scene.core.holds(.bert, annas[0]))
        #expect(try scene.deliver(annas[0], from: .anna).contains(.acknowledge(annas[0], to: .anna)))
        #expect(try scene.deliver(berts[0], from: .bert).contains(.acknowledge(berts[0], to: .bert)))
    }

    @Test("attempts of cells that are still to come wait for them")
    func claims() throws {
        let scene = try Scene([], more: true)
        let running = AttemptIdentity(cell: 0, 0..<10, epoch: 0)
        let computed = AttemptIdentity(cell: 1, 0..<10, epoch: 0)
        let cached = AttemptIdentity(cell: 2, 0..<10, epoch: 0)
        let never = AttemptIdentity(cell: 3, 0..<10, epoch: 0)
        let held = [running, cached, never].map { HeldAttempt($0, isComputed: false) }
        #expect(try scene.join(.anna, held: held + [HeldAttempt(computed, isComputed: true)]).isEmpty)
        let early = try scene.tell(.tableArrived(computed, from: .anna))
        #expect(early == [.setAside(computed, from: .anna)], "it is not acknowledged, and not kept here either")
        let cells = [CellWork.cell(0, images: 10), .cell(1, images: 10), .cell(2, images: 10, recorded: [0..<10])]
        let actions = try scene.tell(.cells(cells, more: false))
        #expect(
            actions == [
                .requestTable(computed, from: .anna), .cancel(cached, at: .anna), .cellReleased(CellID(2)),
                .cancel(never, at: .anna),
            ]
        )
        _ = try scene.deliver(running, from: .anna)
        #expect(try scene.deliver(computed, from: .anna).finished != nil)
    }

    @Test("of cells that are not known yet a worker may claim so many attempts, and is told to forget the others")
    func mostClaims() throws {
        let scene = try Scene([.cell(0, images: 1)], more: true)
        let held = (0..<100).map { HeldAttempt(AttemptIdentity(cell: 9, $0..<$0 + 1), isComputed: true) }
        let actions = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: held))
        let forgotten = actions.count { if case .cancel(_, .anna) = $0 { true } else { false } }
        #expect((36...37).contains(forgotten))
        let table = try scene.tell(.tableArrived(AttemptIdentity(cell: 8, 0..<1), from: .anna))
        let foreign = AttemptIdentity(cell: 8, 0..<1)
        #expect(table == [.setAside(foreign, from: .anna), .askToJoin(.anna)], "it is not kept here")
    }

    @Test("a joining worker keeps no more attempts than it may hold")
    func mostAdopted() throws {
        let scene = try Scene([.cell(0, images: 100)]) { $0.limitCredit(to: 4) }
        let held = (0..<100).map { HeldAttempt(AttemptIdentity(cell: 0, $0..<$0 + 1), isComputed: false) }
        let actions = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: held))
        #expect(actions.count { if case .cancel(_, .anna) = $0 { true } else { false } } == 92)
        #expect(scene.progress.workers.first?.heldShards == 8)
    }
}
