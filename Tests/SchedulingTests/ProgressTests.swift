// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct ProgressTests {
    @Test("images are counted once, in one field each")
    func counts() throws {
        let scene = try Scene([.cell(0, images: 100, recorded: [0..<20]), .cell(1, images: 50)])
        let held = try scene.join(.anna)
        _ = try scene.deliver(held[0], from: .anna, after: 2)
        let images = scene.progress.images
        #expect(images.total == 150 && images.cached == 20 && images.recorded == 16 && images.done == 36)
        #expect(images.inFlight == 32 && images.failed == 0)
        #expect(images.cached + images.recorded + images.inFlight + images.failed + images.pending == images.total)
        #expect(scene.progress.counts.dispatches == 3 && scene.progress.counts.tables == 1)
    }

    @Test("the size of the whole sweep is known before its cells are")
    func planned() throws {
        let scene = try Scene([.cell(0, images: 100)], more: true)
        _ = try scene.tell(.planned(cells: 50, images: 5000))
        #expect(scene.progress.images.total == 5000 && scene.progress.images.pending == 5000)
        #expect(scene.progress.cells.total == 50)
    }

    @Test("rate and remaining time are those of a fleet of constant speed", arguments: [1, 2, 5])
    func constantSpeed(workers: Int) throws {
        // Each worker scores 200 images a second with its two threads.
        let scene = try Scene([.cell(0, images: 1_000_000)]) { $0.limitCredit(to: 1) }
        let ids = (0..<workers).map { WorkerID(UInt64($0)) }
        var due: [(at: Instant, worker: WorkerID, attempt: AttemptIdentity)] = []
        func add(_ attempts: [AttemptIdentity], _ worker: WorkerID) {
            for attempt in attempts {
                let done = scene.now.advanced(by: .milliseconds(5 * attempt.shard.count))
                due.append((done, worker, attempt))
            }
        }
        for id in ids {
            let attempts = try scene.join(id, threads: 2)
            add(attempts, id)
        }
        while scene.now < Instant(nanoseconds: 100_000_000_000) {
            due.sort { ($0.at, $0.worker.rawValue) > ($1.at, $1.worker.rawValue) }
            let next = due.removeLast()
            scene.now = next.at
            let attempts = try scene.deliver(next.attempt, from: next.worker).dispatched(to: next.worker)
            add(attempts, next.worker)
        }
        let progress = scene.progress
        let rate = 200 * Double(workers)
        #expect(abs(progress.imagesPerSecond / rate - 1) < 0.1)
        let left = Double(progress.images.pending + progress.images.inFlight)
        #expect(abs(try #require(progress.secondsRemaining) / (left / rate) - 1) < 0.01)
        #expect(abs(try #require(progress.workers.first?.imagesPerSecond) / 200 - 1) < 0.01)
        #expect(progress.workers.map(\.id) == ids)
    }

    @Test("the remaining time weighs each class by what it costs")
    func classesOfDifferentCost() throws {
        let cheap = CellWork.cell(0, images: 1000, model: "glow")
        let dear = CellWork.cell(1, images: 1000, model: "pixelcnn")
        let scene = try Scene([cheap, dear]) { $0.limitCredit(to: 1) }
        var held = try scene.join(.anna)
        var dearDone = 0
        while let attempt = held.popLast(), dearDone < 500 {
            let isDear = attempt.shard.cell == dear.id
            if isDear { dearDone += attempt.shard.count }
            let seconds = Double(attempt.shard.count) * (isDear ? 0.1 : 0.001)
            held = try scene.deliver(attempt, from: .anna, after: seconds).dispatched(to: .anna)
        }
        let progress = scene.progress
        let left = Double(progress.images.pending + progress.images.inFlight) * 0.1
        #expect(abs(try #require(progress.secondsRemaining) - left) < 0.02 * left)
    }

    @Test("nothing is promised without workers or before the first table")
    func unknown() throws {
        let scene = try Scene([.cell(0, images: 100)])
        #expect(scene.progress.secondsRemaining == nil && scene.progress.imagesPerSecond == 0)
        let held = try scene.join(.anna)
        #expect(scene.progress.secondsRemaining == nil)
        _ = try scene.deliver(held[0], from: .anna, after: 1)
        #expect(scene.progress.secondsRemaining != nil)
        _ = try scene.tell(.left(.anna, .crashed))
        #expect(scene.progress.secondsRemaining == nil && scene.progress.workers.isEmpty)
    }

    @Test("the rate falls to nothing when nothing is recorded")
    func rateDecays() throws {
        let scene = try Scene([.cell(0, images: 96)])
        let held = try scene.join(.anna)
        _ = try scene.deliver(held[0], from: .anna, after: 2)
        #expect(scene.progress.imagesPerSecond == 16)
        _ = try scene.wait(seconds: 15, alive: [.anna])
        #expect(abs(scene.progress.imagesPerSecond - 16.0 / 15) < 0.01)
        _ = try scene.wait(seconds: 30, alive: [.anna])
        #expect(scene.progress.imagesPerSecond == 0)
    }
}
