// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct InsightTests {
    @Test("a cell is explained: its images, who computes them, and what went wrong before")
    func explanation() throws {
        let scene = try Scene([.cell(0, images: 100, recorded: [0..<20], priority: 3)]) { $0.limitCredit(to: 1) }
        let failed = try #require(try scene.join(.anna, host: "ada").first)
        _ = try scene.join(.bert, host: "babbage")
        scene.now = scene.now.advanced(by: .seconds(1))
        let next = try #require(try scene.fail(failed, from: .anna).dispatched(to: .anna).first)
        let cell = try #require(scene.core.explain(CellID(0)))
        #expect(cell.priority == 3 && cell.isQueued && !cell.isRecorded && cell.checks == 0)
        #expect(cell.images.pending == 48 && cell.images.leased == 32 && cell.images.recorded == 20)
        #expect(cell.images.recording == 0 && cell.images.failed == 0)
        #expect(cell.attempts.map(\.worker) == [.anna, .bert] && cell.attempts.map(\.host) == ["ada", "babbage"])
        #expect(cell.attempts.first?.identity == next && cell.attempts.first?.since == scene.now)
        #expect(cell.attempts.allSatisfy { $0.isRunning && !$0.isSpeculative && !$0.isCheck && !$0.isAdopted })
        #expect(cell.failures.map(\.attempt) == [failed] && cell.failures.first?.ended == scene.now)
    }

    @Test("of a recorded cell only that is known, and of another nothing")
    func explainRecorded() throws {
        let scene = try Scene([.cell(0, images: 8, recorded: [0..<8])])
        #expect(scene.core.explain(CellID(0))?.isRecorded == true)
        #expect(scene.core.explain(CellID(1)) == nil)
    }

    @Test("an explanation tells copies, checks and attempts that were brought along")
    func kindsOfAttempts() throws {
        let scene = try Scene([.cell(0, images: 8), .cell(1, images: 8)]) {
            $0.auditFraction = 1
            $0.limitCredit(to: 1)
        }
        let old = AttemptIdentity(cell: 1, 0..<8, epoch: 0)
        _ = try scene.join(.bert, held: [HeldAttempt(old, isComputed: false)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.deliver(attempt, from: .anna)
        _ = try scene.join(.carl)
        let brought = try #require(scene.core.explain(CellID(1))?.attempts.first)
        #expect(brought.isAdopted && brought.worker == .bert)
        let cell = try #require(scene.core.explain(CellID(0)))
        #expect(cell.checks == 1 && cell.attempts.filter(\.isCheck).map(\.worker) == [.carl])
    }

    @Test("costs are kept for each class, with the median and the slow end")
    func costs() throws {
        let cells = [CellWork.cell(0, images: 400), .cell(1, images: 100, model: "pixelcnn")]
        let scene = try Scene(cells) {
            $0.limitCredit(to: 1)
            $0.targetShardDuration = .seconds(1000)
            $0.maximumShardImages = 10
        }
        var held = try scene.join(.anna)
        for shard in 0..<30 {
            let seconds = shard % 10 == 9 ? 10.0 : 1
            held = try scene.deliver(held[0], from: .anna, after: seconds).dispatched(to: .anna)
        }
        let costs = scene.core.costs()
        #expect(costs.map(\.costClass.model) == ["glow", "pixelcnn"])
        #expect(costs[0].shards == 30 && costs[0].seconds == 57 && costs[0].images == costs[0].shards * 10)
        #expect(abs(try #require(costs[0].median) / 0.1 - 1) < 0.126)
        #expect(abs(try #require(costs[0].percentile95) / 1 - 1) < 0.126)
        #expect(costs[0].remaining == 100 && costs[1].remaining == 100 && costs[1].median == nil)
    }

    @Test("gauges say what waits and what is out")
    func gauges() throws {
        let scene = try Scene([.cell(0, images: 100), .cell(1, images: 100)])
        let held = try scene.join(.anna)
        _ = try scene.join(.bert)
        _ = try scene.tell(.tableArrived(held[0], from: .anna))
        _ = try scene.tell(.drain(.bert))
        _ = try scene.tell(.pause(.user))
        _ = try scene.tell(.left(.bert, .crashed))
        let gauges = scene.progress.gauges
        #expect(gauges.queuedCells == 2 && gauges.requeuedShards == 2 && gauges.leases == 2)
        #expect(gauges.deliveries == 1 && gauges.activeWorkers == 1)
    }

    @Test("the table of a worker that was stopped and continued is counted as stale, and still looked at")
    func stale() throws {
        let scene = try Scene([.cell(0, images: 8)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.wait(seconds: 60)
        let new = try #require(try scene.join(.bert).first)
        _ = try scene.join(.anna, held: [HeldAttempt(attempt, isComputed: true)])
        _ = try scene.deliver(new, from: .bert)
        let late = try scene.deliver(attempt, from: .anna)
        #expect(late.contains(.compare(attempt, from: .anna, positions: 0..<8)))
        #expect(scene.progress.counts.stale == 1 && scene.progress.counts.duplicates == 1)
    }
}
