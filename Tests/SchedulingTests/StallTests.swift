// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct StallTests {
    /// Lets time pass while the workers beat, Anna always with the same progress and everybody else with new.
    private func wait(
        _ scene: Scene,
        seconds: Int,
        anna: EngineProgress,
        others: [WorkerID] = []
    ) throws -> [SchedulingCore.Action] {
        var actions: [SchedulingCore.Action] = []
        for _ in 0..<seconds {
            actions += try scene.tell(.beat(.anna, anna))
            actions += try scene.wait(seconds: 1, alive: others)
        }
        return actions
    }

    private func stalls(_ actions: [SchedulingCore.Action]) -> [WorkerID] {
        actions.compactMap { if case .workerStalls(let worker, _) = $0 { worker } else { nil } }
    }

    @Test("a shard of a class that nobody has measured goes to an idle worker when its own makes no progress for 2 min")
    func unknownClass() throws {
        let scene = try Scene([.cell(0, images: 1)])
        let held = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert, host: "babbage")
        let stuck = EngineProgress(running: held)
        #expect(try stalls(wait(scene, seconds: 119, anna: stuck, others: [.bert])).isEmpty)
        let actions = try wait(scene, seconds: 3, anna: stuck, others: [.bert])
        #expect(stalls(actions) == [.anna])
        let copy = try #require(actions.dispatched(to: .bert).first)
        #expect(copy.shard == held.shard && copy.attempt == 2)
        #expect(!actions.contains(.cancel(held, at: .anna)), "it may finish what it has begun")
        #expect(scene.progress.workers.first?.stalledSince != nil)
        #expect(try scene.deliver(copy, from: .bert).finished?.images.failed == 0)
        // Others were given it: she comes back with what shows that it was hers.
        try scene.returnsWith(held, .anna)
        let late = try scene.deliver(held, from: .anna)
        #expect(late.contains(.compare(held, from: .anna, positions: held.shard.positions)), "the first counts")
    }

    @Test("where it is known what such shards take, ten times that and a quarter of the patience are enough")
    func knownClass() throws {
        let scene = try Scene((0..<3).map { .cell($0, images: 1) }) { $0.limitCredit(to: 1) }
        let stuck = try #require(try scene.join(.anna).first)
        var held = try scene.join(.bert, host: "babbage")
        while let attempt = held.popLast() {
            held = try scene.deliver(attempt, from: .bert, after: 1).dispatched(to: .bert)
        }
        #expect(try stalls(wait(scene, seconds: 27, anna: EngineProgress(running: stuck), others: [.bert])).isEmpty)
        let actions = try wait(scene, seconds: 4, anna: EngineProgress(running: stuck), others: [.bert])
        #expect(stalls(actions) == [.anna] && actions.dispatched(to: .bert).map(\.shard) == [stuck.shard])
    }

    @Test("images, steps and any other activity are progress, and a worker that gets on again gets things again")
    func progress() throws {
        let scene = try Scene((0..<9).map { .cell($0, images: 1) }) { $0.limitCredit(to: 1) }
        let held = try #require(try scene.join(.anna).first)
        for images in 1...5 {
            let progress = EngineProgress(running: held, images: images)
            #expect(try stalls(wait(scene, seconds: 100, anna: progress)).isEmpty)
        }
        for activity in 1...5 {
            let progress = EngineProgress(running: held, images: 5, activity: UInt64(activity))
            #expect(try stalls(wait(scene, seconds: 100, anna: progress)).isEmpty)
        }
        let last = EngineProgress(running: held, images: 5, activity: 5)
        #expect(try stalls(wait(scene, seconds: 130, anna: last)) == [.anna])
        #expect(scene.progress.gauges.activeWorkers == 0 && scene.progress.images.failed == 0)
        let again = try scene.tell(.beat(.anna, EngineProgress(running: held, images: 6, activity: 5)))
        #expect(again.contains(.workerGoesOn(.anna)) && scene.progress.gauges.activeWorkers == 1)
        #expect(try scene.deliver(held, from: .anna).dispatched(to: .anna).count == 1)
    }

    @Test("what a stalled worker keeps waiting goes back at once when somebody else is here, and is cancelled there")
    func waiting() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let held = try scene.join(.anna)
        #expect(held.count == 2)
        #expect(try stalls(wait(scene, seconds: 130, anna: EngineProgress(running: held[0]))) == [.anna])
        #expect(scene.progress.images.inFlight == 32, "alone it keeps everything")
        _ = try scene.join(.bert, host: "babbage")
        let actions = try wait(scene, seconds: 1, anna: EngineProgress(running: held[0]), others: [.bert])
        #expect(actions.contains(.cancel(held[1], at: .anna)))
        #expect(actions.dispatched(to: .bert).map(\.shard) == held.map(\.shard))
    }

    @Test("a worker that says it has nothing to do never got its shard, and gets it again")
    func lostDispatch() throws {
        let scene = try Scene([.cell(0, images: 1)])
        let held = try #require(try scene.join(.anna).first)
        let actions = try wait(scene, seconds: 130, anna: EngineProgress())
        #expect(stalls(actions) == [.anna])
        #expect(actions.dispatched(to: .anna).map(\.shard) == [held.shard])
    }

    /// A training that Anna has and makes no progress with.
    private func training() throws -> (Scene, TrainingAttempt) {
        let scene = try Scene([.cell(0, images: 1)])
        _ = try scene.tell(.trainings([Digest(of: Array("glow".utf8))]))
        return (scene, try #require(try scene.join(training: .anna)))
    }

    @Test(
        "a training without progress is handed over, and the first to finish counts",
        arguments: [WorkerID.anna, .bert]
    )
    func handover(winner: WorkerID) throws {
        let (scene, first) = try training()
        let stuck = EngineProgress(training: first, steps: 7)
        #expect(try wait(scene, seconds: 310, anna: stuck).trained.isEmpty, "nobody else is here")
        let second = try #require(try scene.join(training: .bert, host: "babbage"))
        #expect(second.training == first.training && second.number == 2)
        #expect(scene.core.holds(.anna, first) && scene.core.holds(.bert, second))
        #expect(scene.progress.counts.handovers == 1)
        let (attempt, loser) = winner == .anna ? (first, second) : (second, first)
        let actions = try scene.tell(.trained(attempt, from: winner))
        #expect(actions.contains(.trainingFinished(first.training)))
        #expect(actions.contains(.cancelTraining(loser, at: winner == .anna ? .bert : .anna)))
        #expect(!scene.core.holds(.anna, first) && !scene.core.holds(.bert, second))
    }

    @Test("when the second worker leaves, the first one has the training alone again once it gets on")
    func back() throws {
        let (scene, first) = try training()
        let stuck = EngineProgress(training: first, steps: 7)
        _ = try wait(scene, seconds: 310, anna: stuck)
        _ = try scene.join(.bert, host: "babbage")
        _ = try wait(scene, seconds: 1, anna: stuck, others: [.bert])
        _ = try scene.tell(.left(.bert, .crashed))
        #expect(scene.progress.trainings.map(\.state) == [.waiting])
        _ = try scene.tell(.beat(.anna, EngineProgress(training: first, steps: 8)))
        #expect(scene.progress.trainings.map(\.worker) == [.anna])
    }
}
