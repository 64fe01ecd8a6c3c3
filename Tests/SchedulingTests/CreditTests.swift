// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct CreditTests {
    /// A worker behind a line of `latency` seconds each way that computes for `seconds` a shard, one after the other.
    private final class Line {
        let scene: Scene
        let latency: Double
        let seconds: Double
        /// Shards that are under way to the worker, with their arrival there.
        private var waiting: [(arrival: Double, attempt: AttemptIdentity)] = []
        private var free = 0.0
        private(set) var idle = 0.0
        private(set) var tables = 0
        var held: Int { waiting.count }

        init(_ scene: Scene, latency: Double, seconds: Double) {
            (self.scene, self.latency, self.seconds) = (scene, latency, seconds)
        }

        private var clock: Double { scene.now.seconds(since: Instant()) }

        func add(_ attempts: [AttemptIdentity]) {
            waiting += attempts.map { (clock + latency, $0) }
        }

        /// The worker computes its next shard, and the table arrives.
        func step() throws {
            let (arrival, attempt) = waiting.removeFirst()
            idle += max(0, arrival - free)
            free = max(free, arrival) + seconds
            scene.now = Instant(nanoseconds: max(scene.now.nanoseconds, Int64((free + latency) * 1e9)))
            add(try scene.deliver(attempt, from: .anna, computing: seconds).dispatched(to: .anna))
            tables += 1
        }
    }

    private func line(latency: Double, seconds: Double, images: Int) throws -> Line {
        let scene = try Scene((0..<2100).map { .cell($0, images: images) })
        scene.isChecked = false
        let line = Line(scene, latency: latency, seconds: seconds)
        line.add(try scene.join(.anna))
        return line
    }

    @Test("a worker of tiny shards holds enough of them never to wait", arguments: [0.0002, 0.002])
    func tinyShards(latency: Double) throws {
        let line = try line(latency: latency, seconds: 20e-6, images: 1)
        for _ in 0..<500 { try line.step() }
        let (idle, tables) = (line.idle, line.tables)
        for _ in 0..<1500 { try line.step() }
        let busy = Double(line.tables - tables) * line.seconds
        #expect((line.idle - idle) / busy < 0.25, "idle \(line.idle - idle) s beside \(busy) s of work")
        #expect(line.held <= 1024)
    }

    @Test("a worker of long shards holds two, however far away it is", arguments: [0.0002, 0.5])
    func longShards(latency: Double) throws {
        let line = try line(latency: latency, seconds: 60, images: 8)
        for _ in 0..<20 {
            #expect(line.held == 2)
            try line.step()
        }
    }

    @Test("credit is in seconds: after tiny shards of one class a worker gets two long ones of another")
    func classChange() throws {
        let cells = (0..<300).map { CellWork.cell($0, images: 1) }
        let dear = (300..<400).map { CellWork.cell($0, images: 1, model: "pixelcnn") }
        let scene = try Scene(cells + dear)
        let line = Line(scene, latency: 0.01, seconds: 0.0001)
        line.add(try scene.join(.anna))
        for _ in 0..<250 { try line.step() }
        #expect(scene.progress.workers.first?.heldShards ?? 0 <= 50 + 2, "the rest of the tiny ones and two others")
        #expect(scene.progress.gauges.queuedCells >= 98)
    }

    @Test("all workers together hold no more than is allowed, and each the least")
    func totalCredit() throws {
        let scene = try Scene((0..<400).map { .cell($0, images: 1) }) { $0.totalCredit = 20 }
        let line = Line(scene, latency: 1, seconds: 0.001)
        _ = try scene.join(.bert)
        line.add(try scene.join(.anna))
        for _ in 0..<100 { try line.step() }
        #expect(line.held == 10)
    }

    @Test("what a worker claims to have computed is bounded by the time it had the shard", arguments: [1e9, .nan, -1])
    func falseSeconds(claim: Double) throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let attempt = try #require(try scene.join(.anna).first)
        _ = try scene.deliver(attempt, from: .anna, after: 2, computing: claim)
        #expect(scene.progress.workers.first?.imagesPerSecond == 8)
    }

    @Test("the round trip that was measured is told")
    func roundTrip() throws {
        let line = try line(latency: 0.25, seconds: 0.01, images: 1)
        try line.step()
        let measured = try #require(line.scene.progress.workers.first?.roundTripSeconds)
        #expect(abs(measured - 0.5) < 1e-6)
    }
}
