// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct SicknessTests {
    /// Anna's attempts fail for her surroundings, as often as asked, whenever she gets any.
    private func sicken(_ scene: Scene, _ held: inout [AttemptIdentity]) throws -> [SchedulingCore.Action] {
        var actions: [SchedulingCore.Action] = []
        while let attempt = held.popLast() {
            actions += try scene.tell(.failed(attempt, from: .anna, .surroundings("the cache is full")))
        }
        return actions
    }

    @Test("a lone worker whose surroundings fail it burns no shard, and is tried ever more rarely")
    func burnsNothing() throws {
        let scene = try Scene((0..<100).map { .cell($0, images: 4) })
        var held = try scene.join(.anna)
        var dispatches: [Int] = []
        for second in 0..<600 {
            let actions = try sicken(scene, &held)
            #expect(actions.failedShards.isEmpty && actions.stopped == nil && actions.finished == nil)
            held = try scene.wait(seconds: 1, alive: [.anna]).dispatched(to: .anna)
            if !held.isEmpty { dispatches.append(second) }
        }
        let pauses = zip(dispatches.dropFirst(), dispatches).map { $0 - $1 }
        #expect(dispatches.count < 20 && pauses.max() == 60 && pauses == pauses.sorted())
        #expect(scene.progress.images.failed == 0 && scene.progress.images.pending == 400)
        #expect(scene.progress.workers.first?.sickness?.reason == "the cache is full")
        #expect(scene.progress.gauges.activeWorkers == 0)
    }

    @Test("a good worker that comes later computes everything, and the sick one recovers with its first table")
    func goodWorker() throws {
        let scene = try Scene((0..<10).map { .cell($0, images: 4) })
        var held = try scene.join(.anna)
        let fails = try sicken(scene, &held)
        #expect(fails.filter { $0 == .workerFails(.anna, "the cache is full") }.count == 1, "the user is told once")
        var berts = try scene.join(.bert, host: "babbage")
        for _ in 0..<8 { berts += try scene.deliver(berts.removeFirst(), from: .bert).dispatched(to: .bert) }
        let probe = try scene.wait(seconds: 2, alive: [.anna, .bert]).dispatched(to: .anna)
        #expect(probe.count <= 1, "one thing, to show that it can work again")
        for attempt in probe {
            let actions = try scene.deliver(attempt, from: .anna)
            #expect(actions.contains(.workerRecovers(.anna)))
        }
        for attempt in berts { _ = try scene.deliver(attempt, from: .bert) }
        #expect(scene.progress.images.failed == 0 && scene.progress.images.recorded == 40)
        #expect(scene.progress.workers.allSatisfy { $0.sickness == nil } || probe.isEmpty)
    }

    @Test("a limit on failures counts no sick worker, whether or not a good one is there")
    func maximumFailures() throws {
        for hasCompany in [false, true] {
            let scene = try Scene((0..<50).map { .cell($0, images: 4) }) { $0.maximumFailures = 3 }
            if hasCompany { _ = try scene.join(.bert, host: "babbage") }
            var held = try scene.join(.anna)
            let present: [WorkerID] = hasCompany ? [.anna, .bert] : [.anna]
            for _ in 0..<50 {
                #expect(try sicken(scene, &held).stopped == nil)
                held = try scene.wait(seconds: 5, alive: present).dispatched(to: .anna)
            }
            #expect(scene.progress.counts.surroundingsFailures > 3 && scene.progress.counts.failedShards == 0)
        }
    }

    @Test("attempts of one host count once against a budget while another host could try")
    func onePerHost() throws {
        let scene = try Scene((0..<3).map { .cell($0, images: 1) }) {
            $0.limitCredit(to: 1)
            $0.engineErrorBudget = 2
            $0.quarantineThreshold = 100
        }
        let refused = try #require(try scene.join(.anna, host: "ada").first)
        let bert = try #require(try scene.join(.bert, host: "ada").first)
        let carl = try #require(try scene.join(.carl, host: "babbage").first)
        #expect(try scene.fail(refused, from: .anna).failedShards.isEmpty)
        // Bert is of the same host: what Anna failed at is left to Carl, who is busy.
        #expect(try scene.deliver(bert, from: .bert).dispatched(to: .bert).isEmpty)
        let moved = try scene.deliver(carl, from: .carl).dispatched(to: .carl)
        #expect(moved.map(\.shard) == [refused.shard])
        #expect(try scene.fail(moved[0], from: .carl).failedShards.map(\.shard) == [refused.shard])
    }

    @Test("where no other host is, each attempt of the only one counts, and the run ends")
    func onlyHost() throws {
        let scene = try Scene([.cell(0, images: 4)])
        var held = try scene.join(.anna)
        var failed: [FailedShard] = []
        for _ in 0..<3 {
            let actions = try scene.fail(held.removeFirst(), from: .anna)
            failed += actions.failedShards
            held += actions.dispatched(to: .anna)
        }
        #expect(failed.count == 1 && failed[0].attempts.count == 3)
    }

    @Test("what a host fails at as often as it may waits for another host that trains meanwhile")
    func waitsForTraining() throws {
        let training = Digest(of: Array("glow".utf8))
        let scene = try Scene([.cell(0, images: 4)]) { $0.quarantineThreshold = 100 }
        _ = try scene.tell(.trainings([training]))
        let attempt = try scene.tell(.joined(.bert, WorkerFacts(host: "babbage", threads: 8), held: []))
        var held = try scene.join(.anna, host: "ada")
        for _ in 0..<3 {
            let actions = try scene.fail(held.removeFirst(), from: .anna)
            #expect(actions.failedShards.isEmpty)
            held += actions.dispatched(to: .anna)
        }
        #expect(held.isEmpty)
        let trained = try #require(attempt.trained[.bert])
        let next = try scene.tell(.trained(trained, from: .bert)).dispatched(to: .bert)
        #expect(next.map(\.shard.cell) == [CellID(0)])
    }

    @Test("a training that a worker's surroundings fail is not burned: it waits for another worker")
    func training() throws {
        let training = Digest(of: Array("glow".utf8))
        let scene = try Scene([.cell(0, images: 4)])
        _ = try scene.tell(.trainings([training]))
        var attempt = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: [])).trained[.anna]
        for _ in 0..<10 {
            guard let held = attempt else { break }
            let event = SchedulingCore.Event.trainingEnded(held, from: .anna, .surroundings("no space"))
            let actions = try scene.tell(event)
            #expect(actions.failedTrainings.isEmpty && actions.trained.isEmpty)
            attempt = try scene.wait(seconds: 60, alive: [.anna]).trained[.anna]
        }
        #expect(attempt != nil, "it is tried again after a pause")
        #expect(scene.progress.trainings.first?.failures.isEmpty == true)
    }

    @Test("when nobody will come any more, what workers were lost with fails, and the run ends")
    func givesUp() throws {
        let scene = try Scene((0..<4).map { .cell($0, images: 1) }) { $0.limitCredit(to: 1) }
        let held = try scene.join(.anna)
        _ = try scene.tell(.left(.anna, .killed))
        let actions = try scene.tell(.giveUp)
        #expect(actions.failedShards.map(\.shard) == held.map(\.shard))
        #expect(actions.failedShards.first?.attempts.map(\.failure) == [.workerLost(.killed)])
        #expect(actions.stopped?.images.failed == 1 && actions.stopped?.images.pending == 3)
    }
}
