// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

/// Cells that not every worker can compute.
@Suite struct ExternalModelTests {
    private static let model = ExternalModel(
        scorer: "flow",
        version: "1",
        input: ExternalModel.Input(height: 8, width: 8)
    )
    private static let offer = ScorerOffer(name: "flow", version: "1")

    /// A cell of the external model.
    private static func external(_ ordinal: Int, images: Int = 1) -> CellWork {
        CellWork(
            id: CellID(ordinal),
            images: images,
            costClass: CostClass(model: "mine", transform: "identity", external: model)
        )
    }

    private func join(
        _ scene: Scene,
        _ worker: WorkerID,
        host: String = "ada",
        offers: [ScorerOffer] = []
    ) throws -> [AttemptIdentity] {
        let voice = Voice(key: "\(worker)", address: "\(worker)")
        let facts = WorkerFacts(host: host, threads: 1, scorers: offers, voice: voice)
        return try scene.tell(.joined(worker, facts, held: [])).dispatched(to: worker)
    }

    @Test func `An external cell goes to a worker that offers its scorer, and to no other`() throws {
        let scene = try Scene([Self.external(1)])
        #expect(try join(scene, .anna).isEmpty)
        #expect(try join(scene, .bert, offers: [ScorerOffer(name: "flow", version: "2")]).isEmpty)
        let attempt = try #require(try join(scene, .carl, offers: [Self.offer]).first)
        #expect(attempt.shard.cell == CellID(1))
        #expect(try scene.deliver(attempt, from: .carl).finished != nil)
    }

    @Test func `Who does not offer the scorer computes the cells behind those that wait for it`() throws {
        let scene = try Scene([Self.external(1), Self.external(2), .cell(3, images: 1)])
        let attempt = try #require(try join(scene, .anna).first)
        #expect(attempt.shard.cell == CellID(3))
    }

    @Test func `Cells that nobody here can compute are no reason to ask for no others`() throws {
        let waiting = (1...8).map { Self.external($0) }
        let scene = try Scene(waiting, more: true) { $0.cellWindow = 8 }
        let voice = Voice(key: "anna", address: "anna")
        let joined = try scene.tell(.joined(.anna, WorkerFacts(host: "ada", threads: 1, voice: voice), held: []))
        let wanted = joined.compactMap { if case .wantsCells(let count) = $0 { count } else { nil } }
        #expect(wanted == [8])
        #expect(try scene.tell(.cells([.cell(9, images: 1)], more: false)).dispatched(to: .anna).count == 1)
    }

    @Test func `Shards that were handed back by the only one who could compute them hide no others`() throws {
        let externals = (1...40).map { Self.external($0) }
        let scene = try Scene(externals + [.cell(99, images: 1)]) { $0.limitCredit(to: 41) }
        _ = try join(scene, .anna, offers: [Self.offer])
        _ = try scene.tell(.left(.anna, .goodbye))
        let attempt = try #require(try join(scene, .bert).first)
        #expect(attempt.shard.cell == CellID(99))
    }

    @Test func `An error of the only one who could compute a shard spends its budget, whoever else is there`() throws {
        let scene = try Scene([Self.external(1)]) { $0.commonFailures = nil }
        _ = try join(scene, .bert, host: "bob")
        var attempt = try #require(try join(scene, .anna, offers: [Self.offer]).first)
        var failed: [FailedShard] = []
        for _ in 0..<3 {
            let actions = try scene.fail(attempt, from: .anna)
            failed = actions.failedShards
            attempt = actions.dispatched(to: .anna).first ?? attempt
        }
        #expect(failed.count == 1)
        #expect(failed.first?.attempts.count == 3)
    }

    @Test func `A shard is audited by a worker that offers the scorer, and by nobody where there is no other`() throws {
        let scene = try Scene([Self.external(1)]) { $0.auditFraction = 1 }
        let attempt = try #require(try join(scene, .anna, offers: [Self.offer]).first)
        _ = try join(scene, .bert, host: "bob")
        let actions = try scene.deliver(attempt, from: .anna)
        #expect(actions.dispatched(to: .bert).isEmpty && actions.finished?.counts.auditsSkipped == 1)

        let other = try Scene([Self.external(1)]) { $0.auditFraction = 1 }
        let first = try #require(try join(other, .anna, offers: [Self.offer]).first)
        _ = try join(other, .bert, host: "bob", offers: [Self.offer])
        #expect(try other.deliver(first, from: .anna).dispatched(to: .bert).count == 1)
    }

    @Test func `Progress and explanation name the scorer that nobody offers, until somebody does`() throws {
        let scene = try Scene([Self.external(1)])
        _ = try join(scene, .anna)
        #expect(scene.progress.unoffered == [Self.model])
        #expect(scene.core.explain(CellID(1))?.unoffered == Self.model)
        _ = try join(scene, .bert, offers: [Self.offer])
        #expect(scene.progress.unoffered.isEmpty)
        #expect(scene.core.explain(CellID(1))?.unoffered == nil)
    }

    @Test func `An idle worker that offers no scorer takes nothing back from one that computes with its own`() throws {
        let scene = try Scene((1...6).map { Self.external($0, images: 4) }) { $0.limitCredit(to: 6) }
        #expect(try join(scene, .anna, offers: [Self.offer]).count > 1)
        _ = try join(scene, .bert, host: "bob")
        let actions = try scene.wait(seconds: 5, alive: [.anna, .bert])
        let retracted = actions.contains { if case .retract = $0 { true } else { false } }
        #expect(!retracted && actions.dispatched(to: .bert).isEmpty)
    }
}
