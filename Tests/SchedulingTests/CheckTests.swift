// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct CheckTests {
    /// A run of `cells` cells of 8 images that audits everything.
    private func scene(cells: Int = 1) throws -> Scene {
        try Scene((0..<cells).map { .cell($0, images: 8) }) {
            $0.limitCredit(to: 1)
            $0.auditFraction = 1
        }
    }

    @Test("an audited shard is computed again by another worker and compared, and the run waits for it")
    func audit() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(.anna, host: "ada").first)
        _ = try scene.join(.bert, host: "babbage")
        let recorded = try scene.deliver(attempt, from: .anna)
        #expect(recorded.contains(.cellFinished(CellID(0), failed: 0)) && recorded.finished == nil)
        #expect(!recorded.contains(.cellReleased(CellID(0))), "its audit is still to be dispatched")
        let audit = AttemptIdentity(cell: 0, 0..<8, attempt: 2)
        #expect(recorded.dispatched(to: .bert) == [audit])
        let compared = try scene.deliver(audit, from: .bert)
        #expect(compared.first == .compare(audit, from: .bert, positions: 0..<8))
        #expect(compared.contains(.acknowledge(audit, to: .bert)) && compared.contains(.cellReleased(CellID(0))))
        let end = try #require(compared.finished)
        #expect(end.counts.audits == 1 && end.counts.duplicates == 0 && end.counts.mismatches == 0)
    }

    @Test("a share of the shards is audited, the same ones in every run", arguments: [0.0, 0.25, 1.0])
    func fraction(share: Double) throws {
        var chosen: [Set<Shard>] = []
        for _ in 0..<2 {
            let scene = try Scene((0..<400).map { .cell($0, images: 1) }) { $0.auditFraction = share }
            scene.isChecked = false
            var held = try scene.join(.anna).map { (WorkerID.anna, $0) } + scene.join(.bert).map { (.bert, $0) }
            var seen: Set<Shard> = []
            var audits: Set<Shard> = []
            while let (worker, attempt) = held.popLast() {
                if !seen.insert(attempt.shard).inserted { audits.insert(attempt.shard) }
                let actions = try scene.deliver(attempt, from: worker, after: 0.01)
                for id in [WorkerID.anna, .bert] { held += actions.dispatched(to: id).map { (id, $0) } }
            }
            #expect(scene.progress.phase == .ended && scene.progress.counts.audits == audits.count)
            chosen.append(audits)
        }
        #expect(chosen[0] == chosen[1])
        #expect(abs(Double(chosen[0].count) - 400 * share) <= 40)
    }

    @Test("without a second worker audits wait for one, and are skipped at the end of the run")
    func skipped() throws {
        let scene = try scene(cells: 2)
        var held = try scene.join(.anna)
        held = try scene.deliver(held[0], from: .anna).dispatched(to: .anna)
        #expect(held.map(\.shard.cell) == [CellID(1)] && scene.progress.gauges.waitingChecks == 1)
        let end = try #require(try scene.deliver(held[0], from: .anna).finished)
        #expect(end.counts.audits == 0 && end.counts.auditsSkipped == 2)
    }

    @Test("an audit goes to another host while there is one, and to the same one otherwise")
    func otherHost() throws {
        let scene = try scene(cells: 9)
        let attempt = try #require(try scene.join(.anna, host: "ada").first)
        let others = try scene.join(.bert, host: "ada") + scene.join(.carl, host: "babbage")
        _ = try scene.deliver(attempt, from: .anna)
        #expect(try scene.deliver(others[0], from: .bert).dispatched(to: .bert)[0].shard != attempt.shard)
        #expect(try scene.deliver(others[1], from: .carl).dispatched(to: .carl)[0].shard == attempt.shard)
        let again = try scene.tell(.left(.carl, .goodbye))
        #expect(again.dispatched(to: .bert).isEmpty)
        #expect(scene.progress.gauges.waitingChecks == 3, "that of Carl's shard, and two that nobody took")
    }

    @Test("an audit whose worker is lost is made by another, and one that engines fail at is skipped")
    func unreliableAuditors() throws {
        let scene = try Scene([.cell(0, images: 8)]) {
            $0.auditFraction = 1
            $0.engineErrorBudget = 1
        }
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        #expect(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).map(\.attempt) == [2])
        _ = try scene.join(.carl)
        let again = try scene.tell(.left(.bert, .crashed)).dispatched(to: .carl)
        #expect(again.map(\.attempt) == [3])
        let end = try #require(try scene.fail(again[0], from: .carl).finished)
        #expect(end.counts.auditsSkipped == 1 && end.counts.audits == 0 && end.images.failed == 0)
    }

    @Test("audits beyond the backlog are skipped")
    func backlog() throws {
        let scene = try Scene((0..<5).map { .cell($0, images: 8) }) {
            $0.auditFraction = 1
            $0.auditBacklog = 2
        }
        var held = try scene.join(.anna)
        for _ in 0..<4 { held += try scene.deliver(held.removeFirst(), from: .anna).dispatched(to: .anna) }
        #expect(scene.progress.gauges.waitingChecks == 2 && scene.progress.counts.auditsSkipped == 2)
    }

    /// Anna records the shard, and Bert's audit of it differs; Carl is there when `third` says so.
    private func disputed(third: Bool) throws -> (Scene, [SchedulingCore.Action]) {
        let scene = try scene()
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        if third { _ = try scene.join(.carl) }
        return (scene, try scene.deliver(audit, from: .bert, areEqual: false, recordedBy: .anna))
    }

    @Test("of two workers that differ the later one is quarantined when there is no third, and both are named")
    func mismatchOfTwo() throws {
        let (scene, actions) = try disputed(third: false)
        let shard = AttemptIdentity(cell: 0, 0..<8).shard
        #expect(actions.quarantined == [.bert: .differs(shard, from: [.anna])])
        #expect(scene.progress.counts.mismatches == 1 && scene.progress.counts.quarantines == 1)
        #expect(scene.progress.workers.map(\.isQuarantined) == [false, true])
        #expect(actions.finished != nil)
    }

    @Test("a third worker decides who is wrong", arguments: [true, false])
    func arbitration(agreesWithRecorded: Bool) throws {
        let (scene, actions) = try disputed(third: true)
        let arbitration = AttemptIdentity(cell: 0, 0..<8, attempt: 3)
        #expect(actions.dispatched(to: .carl) == [arbitration] && actions.quarantined.isEmpty)
        let decided = try scene.deliver(
            arbitration,
            from: .carl,
            areEqual: agreesWithRecorded,
            recordedBy: .anna
        )
        let outvoted: [WorkerID: QuarantineReason] =
            agreesWithRecorded
            ? [.bert: .differs(arbitration.shard, from: [.anna, .carl])]
            : [.anna: .differs(arbitration.shard, from: [.bert, .carl])]
        #expect(decided.quarantined == outvoted)
        #expect(decided.finished?.counts.arbitrations == 1)
    }

    @Test("a third worker that differs where a fourth one's rows are recorded decides nothing, and is looked at itself")
    func inconclusiveArbitration() throws {
        let (scene, actions) = try disputed(third: true)
        let arbitration = try #require(actions.dispatched(to: .carl).first)
        _ = try scene.join(.dora)
        let decided = try scene.deliver(arbitration, from: .carl, areEqual: false, recordedBy: .dora)
        #expect(decided.quarantined.isEmpty)
        let others = decided.dispatched(to: .anna) + decided.dispatched(to: .bert)
        #expect(others.map(\.shard) == [arbitration.shard], "somebody else computes Carl's rows again")
    }

    @Test("the third worker may be of the recorder's host")
    func arbitrationOnSameHost() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(.anna, host: "ada").first)
        _ = try scene.join(.bert, host: "babbage")
        _ = try scene.join(.carl, host: "ada")
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        let actions = try scene.deliver(audit, from: .bert, areEqual: false, recordedBy: .anna)
        #expect(actions.dispatched(to: .carl).map(\.attempt) == [3])
    }

    @Test("a table under the name of another worker's audit is not taken for the audit")
    func forgedAudit() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        let forged = try scene.deliver(audit, from: .anna)
        #expect(forged.contains(.acknowledge(audit, to: .anna)) && forged.finished == nil)
        #expect(scene.progress.counts.audits == 0 && scene.progress.counts.duplicates == 1)
        #expect(try scene.deliver(audit, from: .bert).finished?.counts.audits == 1)
    }

    @Test("when the third worker goes before it decides, the later of the two is quarantined")
    func arbitrationGivenUp() throws {
        let (scene, _) = try disputed(third: true)
        let actions = try scene.tell(.left(.carl, .crashed))
        #expect(actions.quarantined.keys.first == .bert && actions.finished != nil)
    }

    @Test("a worker that contradicts its own rows is quarantined")
    func selfContradiction() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        _ = try scene.deliver(attempt, from: .anna)
        let again = try scene.deliver(attempt, from: .anna, areEqual: false, recordedBy: .anna)
        #expect(again.quarantined == [.anna: .differs(attempt.shard, from: [.anna])])
    }
}
