// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct EndingTests {
    @Test("a sweep without cells is finished at once")
    func emptySweep() throws {
        var core = SchedulingCore(epoch: 1)
        _ = core.handle(.tick, at: Instant())
        #expect(core.handle(.cells([], more: false), at: Instant()).finished?.images.total == 0)
    }

    @Test("the end is said once, when the last image is committed")
    func finishedOnce() throws {
        let scene = try Scene([.cell(0, images: 4), .cell(1, images: 0)])
        let attempt = try #require(try scene.join(.anna).first)
        #expect(try scene.tell(.tableArrived(attempt, from: .anna)).finished == nil)
        let end = try scene.tell(.recorded(attempt, from: .anna, positions: 0..<4))
        #expect(end.last == .finished(scene.progress))
        #expect(try scene.tell(.tick).isEmpty)
    }

    @Test("after a stop nothing is dispatched, and the run ends when the last attempt in flight is committed")
    func stopWaitsForAttempts() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let held = try scene.join(.anna)
        #expect(try scene.tell(.stop).isEmpty)
        #expect(try scene.join(.bert).isEmpty)
        #expect(try scene.deliver(held[0], from: .anna).dispatched(to: .anna).isEmpty)
        let end = try #require(try scene.deliver(held[1], from: .anna).stopped)
        #expect(end.images.recorded == 32 && end.images.pending == 968)
    }

    @Test("a stop does not wait beyond its grace")
    func stopGrace() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        _ = try scene.join(.anna)
        _ = try scene.tell(.stop)
        #expect(try scene.wait(seconds: 9, alive: [.anna]).isEmpty)
        #expect(try scene.wait(seconds: 1, alive: [.anna]).stopped != nil)
    }

    @Test("a draining worker finishes what it holds, receives nothing more and may then go")
    func drain() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let held = try scene.join(.anna)
        #expect(try scene.tell(.drain(.anna)).isEmpty)
        #expect(try scene.deliver(held[0], from: .anna).dispatched(to: .anna).isEmpty)
        #expect(try scene.deliver(held[1], from: .anna).contains(.drained(.anna)))
        #expect(try scene.tell(.left(.anna, .goodbye)) == [.workerLost(.anna, .goodbye, requeued: 0)])
    }

    @Test("what a draining worker hands back goes to others and spends no budget")
    func handBack() throws {
        let scene = try Scene([.cell(0, images: 8)]) { $0.engineErrorBudget = 1 }
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.tell(.drain(.anna))
        #expect(try scene.tell(.failed(attempt, from: .anna, .handedBack)) == [.drained(.anna)])
        #expect(try scene.join(.bert).map(\.shard) == [attempt.shard])
    }

    @Test("an idle worker that drains may go at once, and is told again when it asks again")
    func drainIdle() throws {
        let scene = try Scene([], more: true)
        _ = try scene.join(.anna)
        #expect(try scene.tell(.drain(.anna)) == [.drained(.anna)])
        #expect(try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: [])) == [.drained(.anna)])
    }
}
