// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct PauseTests {
    @Test("nothing is dispatched during a pause, and tables are taken", arguments: PauseReason.allCases)
    func pause(reason: PauseReason) throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let held = try scene.join(.anna)
        #expect(try scene.tell(.pause(reason)).isEmpty)
        #expect(scene.progress.phase == .paused && scene.progress.pauseReasons == [reason])
        let taken = try scene.deliver(held[0], from: .anna, after: 2)
        #expect(taken.contains(.record(held[0], from: .anna, positions: held[0].shard.positions)))
        #expect(taken.contains(.acknowledge(held[0], to: .anna)))
        #expect(taken.dispatched(to: .anna).isEmpty)
        #expect(try scene.join(.bert).isEmpty)
        let resumed = try scene.tell(.resume(reason))
        #expect(resumed.dispatched(to: .anna).count == 1 && resumed.dispatched(to: .bert).count == 2)
        #expect(scene.progress.phase == .running)
    }

    @Test("a run goes on only when no reason for its pause is left")
    func twoReasons() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        for event in [SchedulingCore.Event.pause(.user), .pause(.disk), .pause(.user)] { _ = try scene.tell(event) }
        #expect(try scene.join(.anna).isEmpty)
        #expect(try scene.tell(.resume(.user)).isEmpty)
        #expect(try scene.tell(.resume(.disk)).dispatched(to: .anna).count == 2)
    }

    @Test("a shard that is lost during a pause waits for its end")
    func lossDuringPause() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let held = try scene.join(.anna)
        _ = try scene.join(.bert)
        _ = try scene.tell(.pause(.user))
        #expect(try scene.tell(.left(.anna, .crashed)) == [.workerLost(.anna, .crashed, requeued: 2)])
        #expect(try scene.tell(.resume(.user)).dispatched(to: .bert).map(\.shard) == held.map(\.shard))
    }

    @Test("a run that is paused may find its end")
    func endDuringPause() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.tell(.pause(.user))
        #expect(try scene.deliver(attempt, from: .anna).finished?.images.recorded == 8)
    }

    @Test("a cancellation drops everything in flight at its worker and ends the run")
    func cancel() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let held = try scene.join(.anna) + scene.join(.bert)
        let actions = try scene.tell(.cancel)
        let workers: [WorkerID] = [.anna, .anna, .bert, .bert]
        #expect(actions.dropLast() == zip(held, workers).map { .cancel($0, at: $1) }[...])
        #expect(actions.last == .cancelled(scene.progress))
        #expect(scene.progress.phase == .ended && scene.progress.images.pending == 1000)
        #expect(try scene.tell(.tableArrived(held[0], from: .anna)) == [.cancel(held[0], at: .anna)])
        #expect(try scene.tell(.cancel).isEmpty, "the end is said once")
    }

    @Test(
        "a cancellation waits for the commit of what has arrived, but not beyond the grace",
        arguments: [true, false]
    )
    func cancelWaitsForCommits(isCommitted: Bool) throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let held = try scene.join(.anna)
        _ = try scene.tell(.tableArrived(held[0], from: .anna))
        #expect(try scene.tell(.cancel).cancelled == nil)
        if isCommitted {
            let positions = held[0].shard.positions
            let end = try scene.tell(.recorded(held[0], from: .anna, positions: positions))
            #expect(end.cancelled?.images.recorded == 16)
        } else {
            #expect(try scene.wait(seconds: 9, alive: [.anna]).cancelled == nil)
            #expect(try scene.wait(seconds: 1, alive: [.anna]).cancelled?.images.recorded == 0)
        }
    }

    @Test("what a worker brings along after a cancellation is dropped")
    func joinAfterCancel() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        _ = try scene.tell(.cancel)
        let old = AttemptIdentity(cell: 0, 0..<10, epoch: 0)
        let hello = SchedulingCore.Event.joined(
            .anna,
            WorkerFacts(host: "ada", threads: 1),
            held: [HeldAttempt(old, isComputed: true)]
        )
        #expect(try scene.tell(hello) == [.cancel(old, at: .anna)])
    }

    @Test("as many failures as are allowed stop the run, and the reason says so")
    func maximumFailures() throws {
        let scene = try Scene((0..<9).map { .cell($0, images: 4) }) {
            $0.engineErrorBudget = 1
            $0.maximumFailures = 2
        }
        var held = try scene.join(.anna)
        held += try scene.fail(held.removeFirst(), from: .anna).dispatched(to: .anna)
        #expect(held.count == 2, "one failure is allowed")
        #expect(try scene.fail(held[0], from: .anna).dispatched(to: .anna).isEmpty)
        let end = try scene.deliver(held[1], from: .anna)
        #expect(end.last == .stopped(.failures, scene.progress))
        #expect(scene.progress.images.failed == 8 && scene.progress.images.recorded == 4)
    }
}

extension [SchedulingCore.Action] {
    fileprivate var cancelled: RunProgress? {
        compactMap { if case .cancelled(let progress) = $0 { progress } else { nil } }.first
    }
}
