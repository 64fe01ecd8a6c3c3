// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct QuarantineTests {
    /// What Anna and Bert hold, and who was quarantined.
    private struct Course {
        var annas: [AttemptIdentity] = []
        var berts: [AttemptIdentity] = []
        var quarantined: [WorkerID: QuarantineReason] = [:]
    }

    private func begin(_ scene: Scene) throws -> Course {
        let annas = try scene.join(.anna, host: "ada")
        return Course(annas: annas, berts: try scene.join(.bert, host: "babbage"))
    }

    /// Anna fails `failures` shards that Bert then computes, one after the other.
    private func refute(_ failures: Int, in scene: Scene, _ course: inout Course) throws {
        for _ in 0..<failures {
            let failed = course.annas.removeFirst()
            course.annas += try scene.fail(failed, from: .anna).dispatched(to: .anna)
            var computed: Shard?
            while computed != failed.shard {
                let attempt = course.berts.removeFirst()
                let actions = try scene.deliver(attempt, from: .bert)
                course.quarantined.merge(actions.quarantined) { $1 }
                course.berts += actions.dispatched(to: .bert)
                computed = attempt.shard
            }
        }
    }

    @Test("a worker that fails three shards which another computes is quarantined, one that fails two is not")
    func refuted() throws {
        let scene = try Scene((0..<40).map { .cell($0, images: 1, model: "model \($0)") }) { $0.limitCredit(to: 1) }
        var course = try begin(scene)
        try refute(2, in: scene, &course)
        #expect(course.quarantined.isEmpty)
        try refute(1, in: scene, &course)
        #expect(course.quarantined == [.anna: .failsWhatOthersCompute(shards: 3)])
    }

    @Test("three failures in a row quarantine a worker when others compute such shards meanwhile", arguments: [2, 3])
    func streak(failures: Int) throws {
        let scene = try Scene((0..<40).map { .cell($0, images: 1) }) { $0.limitCredit(to: 1) }
        var held = try scene.join(.anna)
        let bert = try scene.join(.bert)
        held = try scene.fail(held[0], from: .anna).dispatched(to: .anna)
        _ = try scene.tell(.tableArrived(bert[0], from: .bert))
        var last: [SchedulingCore.Action] = []
        for _ in 1..<failures {
            last = try scene.fail(held[0], from: .anna)
            held = last.dispatched(to: .anna)
        }
        #expect(last.quarantined == (failures == 3 ? [.anna: .failsInARow(shards: 3)] : [:]))
    }

    @Test("failures that everyone has are not held against anyone")
    func commonFailure() throws {
        let scene = try Scene((0..<40).map { .cell($0, images: 1) }) {
            $0.engineErrorBudget = 200
            $0.commonFailures = nil
        }
        var held = try scene.join(.anna).map { (WorkerID.anna, $0) } + scene.join(.bert).map { (.bert, $0) }
        for _ in 0..<100 {
            let (worker, attempt) = held.removeFirst()
            let actions = try scene.fail(attempt, from: worker)
            #expect(actions.quarantined.isEmpty)
            for id in [WorkerID.anna, .bert] { held += actions.dispatched(to: id).map { (id, $0) } }
        }
    }

    @Test("the last worker is not quarantined for its failures")
    func lastWorker() throws {
        let scene = try Scene((0..<9).map { .cell($0, images: 1) })
        let bert = try scene.join(.bert)
        var held = try scene.join(.anna)
        _ = try scene.deliver(bert[0], from: .bert)
        _ = try scene.tell(.left(.bert, .goodbye))
        for _ in 0..<6 {
            let actions = try scene.fail(held.removeFirst(), from: .anna)
            #expect(actions.quarantined.isEmpty)
            held += actions.dispatched(to: .anna)
        }
    }

    /// Anna holds two shards and is quarantined because a table of hers contradicts an earlier one.
    private func quarantined() throws -> (Scene, held: [AttemptIdentity], [SchedulingCore.Action]) {
        let scene = try Scene([.cell(0, images: 1000), .cell(1, images: 8, recorded: [0..<8])])
        let held = try scene.join(.anna)
        let late = AttemptIdentity(cell: 1, 0..<8, epoch: 0)
        try scene.returnsWith(late, .anna, besides: held)
        return (scene, held, try scene.deliver(late, from: .anna, areEqual: false, recordedBy: .anna))
    }

    @Test("a quarantined worker loses its shards without blame and gets nothing more")
    func consequences() throws {
        let (scene, held, actions) = try quarantined()
        #expect(actions.quarantined.keys.first == .anna)
        for attempt in held { #expect(actions.contains(.cancel(attempt, at: .anna))) }
        let bert = try scene.join(.bert, host: "babbage")
        #expect(bert.map(\.shard) == held.map(\.shard), "they are the first in the queue")
        #expect(try scene.tell(.heard(.anna)).isEmpty)
        #expect(scene.core.explain(CellID(0))?.failures.isEmpty == true)
    }

    @Test("tables of a quarantined worker are dropped, and so is all it comes back with")
    func tablesAreDropped() throws {
        let (scene, held, _) = try quarantined()
        #expect(try scene.tell(.tableArrived(held[0], from: .anna)) == [.cancel(held[0], at: .anna)])
        _ = try scene.tell(.left(.anna, .crashed))
        let back = try scene.tell(
            .joined(.anna, WorkerFacts(host: "ada", threads: 1), held: [HeldAttempt(held[1], isComputed: true)])
        )
        #expect(back.first == .cancel(held[1], at: .anna) && back.quarantined.keys.first == .anna)
        #expect(scene.progress.counts.quarantines == 1 && scene.progress.gauges.activeWorkers == 0)
    }

    @Test("a failure is forgiven with every 32 tables")
    func pardon() throws {
        let scene = try Scene((0..<400).map { .cell($0, images: 1, model: "model \($0)") }) { $0.limitCredit(to: 1) }
        scene.isChecked = false
        var course = try begin(scene)
        try refute(2, in: scene, &course)
        for _ in 0..<32 {
            course.annas = try scene.deliver(course.annas[0], from: .anna).dispatched(to: .anna)
        }
        try refute(1, in: scene, &course)
        #expect(course.quarantined.isEmpty)
        try refute(1, in: scene, &course)
        #expect(course.quarantined.keys.first == .anna, "it was one that was forgiven")
    }
}
