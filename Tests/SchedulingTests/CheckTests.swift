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

    @Test("only a worker of another key and another host is a second opinion")
    func otherVoice() throws {
        let scene = try scene(cells: 9)
        let mine = Voice(key: "a", address: "10.0.0.1")
        let attempt = try #require(try scene.join(.anna, voice: mine).first)
        _ = try scene.deliver(attempt, from: .anna)
        let same = [
            mine, Voice(key: "a", address: "10.0.0.2"), Voice(key: "b", address: "10.0.0.1"),
            Voice(key: nil, address: "10.0.0.1"),
        ]
        for (number, voice) in same.enumerated() {
            let held = try scene.join(WorkerID(UInt64(10 + number)), host: "host \(number)", voice: voice)
            #expect(held.allSatisfy { $0.shard != attempt.shard }, "\(voice) is no other voice")
        }
        let other = try scene.join(.bert, voice: Voice(key: "b", address: "10.0.0.2"))
        #expect(other.map(\.shard) == [attempt.shard])
        #expect(try scene.join(.carl, voice: Voice(key: nil, address: "10.0.0.3")).count == 1)
    }

    @Test("audits that are required wait for a second voice, and the run with them")
    func required() throws {
        let scene = try Scene([.cell(0, images: 8)]) {
            $0.auditFraction = 1
            $0.requiresAudits = true
        }
        let attempt = try #require(try scene.join(.anna).first)
        #expect(!scene.progress.isWaitingForAuditor)
        #expect(try scene.deliver(attempt, from: .anna).finished == nil)
        #expect(try scene.wait(seconds: 3, alive: [.anna]).finished == nil)
        #expect(scene.progress.isWaitingForAuditor && scene.progress.counts.auditsSkipped == 0)
        let audit = try #require(try scene.join(.bert).first)
        #expect(!scene.progress.isWaitingForAuditor)
        #expect(try scene.deliver(audit, from: .bert).finished?.counts.audits == 1)
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

    @Test("of two workers that differ neither is quarantined when there is no third, and their rows are disputed")
    func mismatchOfTwo() throws {
        let (scene, actions) = try disputed(third: false)
        let shard = AttemptIdentity(cell: 0, 0..<8).shard
        #expect(actions.quarantined.isEmpty)
        #expect(actions.contains(.disputed(shard, by: .bert, recorder: .anna)))
        #expect(scene.progress.counts.mismatches == 1 && scene.progress.counts.disputes == 1)
        #expect(actions.finished != nil)
    }

    @Test("a voice that two others outvoted is not heard again, under whatever identity it comes back")
    func distrust() throws {
        let scene = try scene()
        let liar = Voice(key: "eve", address: "10.0.0.9")
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert, voice: liar)
        _ = try scene.join(.dora, voice: liar)
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        _ = try scene.join(.carl)
        let arbitration = try scene.deliver(audit, from: .bert, areEqual: false, recordedBy: .anna)
        #expect(arbitration.dispatched(to: .dora).isEmpty, "she speaks in the accused's voice")
        let third = try #require(arbitration.dispatched(to: .carl).first)
        let decided = try scene.deliver(third, from: .carl)
        #expect(Set(decided.quarantined.keys) == [.bert, .dora])
        #expect(!decided.contains { if case .disputed = $0 { true } else { false } }, "two voices confirmed the rows")
        let back = try scene.tell(.joined(WorkerID(99), WorkerFacts(host: "new", threads: 1, voice: liar), held: []))
        #expect(back.quarantined.keys.first == WorkerID(99))
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
        let isDisputed = decided.contains(.disputed(arbitration.shard, by: .bert, recorder: .anna))
        #expect(isDisputed == !agreesWithRecorded, "rows that two voices contradict are recorded")
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

    @Test("three identities of one key do not outvote one worker of another")
    func outvoting() throws {
        let scene = try scene()
        let many = Voice(key: "eve", address: "10.0.0.9")
        let attempt = try #require(try scene.join(.anna, voice: many).first)
        _ = try scene.join(.bert)
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        _ = try scene.join(.carl, voice: many)
        _ = try scene.join(.dora, voice: many)
        let actions = try scene.deliver(audit, from: .bert, areEqual: false, recordedBy: .anna)
        #expect(actions.quarantined.isEmpty && actions.dispatched(to: .carl).isEmpty)
        #expect(actions.contains(.disputed(attempt.shard, by: .bert, recorder: .anna)))
    }

    @Test("a table under the name of another worker's audit is not taken for the audit")
    func forgedAudit() throws {
        let scene = try scene()
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        let audit = try #require(try scene.deliver(attempt, from: .anna).dispatched(to: .bert).first)
        let forged = try scene.deliver(audit, from: .anna)
        #expect(forged == [.setAside(audit, from: .anna), .askToJoin(.anna)])
        #expect(scene.progress.counts.audits == 0 && scene.progress.counts.unleased == 1)
        #expect(try scene.deliver(audit, from: .bert).finished?.counts.audits == 1)
    }

    @Test("when the third worker goes before it decides, the rows are disputed")
    func arbitrationGivenUp() throws {
        let (scene, _) = try disputed(third: true)
        let actions = try scene.tell(.left(.carl, .crashed))
        let shard = AttemptIdentity(cell: 0, 0..<8).shard
        #expect(actions.contains(.disputed(shard, by: .bert, recorder: .anna)) && actions.quarantined.isEmpty)
        #expect(actions.finished != nil)
    }

    @Test("a worker that contradicts its own rows is quarantined")
    func selfContradiction() throws {
        let scene = try Scene([.cell(0, images: 32)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.join(.bert)
        let next = try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        try scene.returnsWith(attempt, .anna, besides: next)
        let again = try scene.deliver(attempt, from: .anna, areEqual: false, recordedBy: .anna)
        #expect(again.quarantined == [.anna: .differs(attempt.shard, from: [.anna])])
    }
}
