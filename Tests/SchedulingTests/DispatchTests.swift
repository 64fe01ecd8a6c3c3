// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct DispatchTests {
    @Test("a worker holds two shards, so that it never idles between them")
    func creditWindow() throws {
        let scene = try Scene([.cell(0, images: 1000)])
        let first = try scene.join(.anna)
        #expect(first.count == 2)
        #expect(first[0].shard.upper == first[1].shard.lower)
        let next = try scene.tell(.tableArrived(first[0], from: .anna)).dispatched(to: .anna)
        #expect(next.count == 1, "the credit is free as soon as the table is here, before the commit")
    }

    @Test("a first shard has sixteen images per thread, or what the worker expects to score in two seconds")
    func firstShard() throws {
        let scene = try Scene([.cell(0, images: 16 * 4 * 20)])
        #expect(try scene.join(.anna, threads: 4).first?.shard.count == 64)
        let facts = WorkerFacts(host: "ada", threads: 4, imagesPerSecond: 100)
        let hinted = try scene.tell(.joined(.bert, facts, held: [])).dispatched(to: .bert)
        #expect((150...200).contains(try #require(hinted.first).shard.count))
    }

    @Test("shards follow the measured speed of the worker towards two seconds of work")
    func shardsFollowSpeed() throws {
        let scene = try Scene([.cell(0, images: 1_000_000)])
        var fast = try scene.join(.anna)
        var slow = try scene.join(.bert)
        for _ in 0..<12 {
            let attempt = fast.removeFirst()
            fast += try scene.deliver(attempt, from: .anna, after: Double(attempt.shard.count) * 0.001)
                .dispatched(to: .anna)
        }
        for _ in 0..<20 {
            let attempt = slow.removeFirst()
            slow += try scene.deliver(attempt, from: .bert, after: Double(attempt.shard.count) * 0.020)
                .dispatched(to: .bert)
        }
        let fastShard = try #require(fast.last).shard.count
        let slowShard = try #require(slow.last).shard.count
        #expect((1800...2200).contains(fastShard))
        #expect((90...110).contains(slowShard))
    }

    @Test("the tail is shared: a shard has at most half of its worker's share, or a quarter of a second of work")
    func tailIsShared() throws {
        let scene = try Scene([.cell(0, images: 40_000)]) {
            $0.limitCredit(to: 1)
            $0.speculationFactor = .infinity
        }
        var held = try scene.join(.anna)
        _ = try scene.join(.bert)
        var left = 40_000 - 32
        while let attempt = held.popLast() {
            held = try scene.deliver(attempt, from: .anna, after: Double(attempt.shard.count) * 1e-4)
                .dispatched(to: .anna)
            let given = held.first?.shard.count ?? 0
            #expect(given <= max(2500, left / 4 + 1), "\(given) of \(left)")
            left -= given
        }
        #expect(left == 0)
    }

    @Test("workers share the first cell and then go on in the order of the sweep")
    func cellsInOrder() throws {
        let scene = try Scene((0..<3).map { .cell($0, images: 32) }) { $0.limitCredit(to: 1) }
        var dispatched = try scene.join(.anna).map { ($0, WorkerID.anna) } + scene.join(.bert).map { ($0, .bert) }
        var next = 0
        while next < dispatched.count {
            let (attempt, worker) = dispatched[next]
            let actions = try scene.deliver(attempt, from: worker, after: 1)
            dispatched += actions.dispatched(to: worker).map { ($0, worker) }
            next += 1
        }
        let shards = dispatched.map(\.0.shard)
        #expect(shards == shards.sorted { (order($0), $0.lower) < (order($1), $1.lower) })
        #expect(shards.map(\.count).reduce(0, +) == 96)
    }

    private func order(_ shard: Shard) -> Int {
        (0..<3).first { CellID($0) == shard.cell } ?? -1
    }

    @Test("a worker stays with the model it has loaded while that model has cells")
    func modelAffinity() throws {
        let cells = (0..<6).map { CellWork.cell($0, images: 8, model: $0 % 2 == 0 ? "affine" : "additive") }
        let scene = try Scene(cells) { $0.limitCredit(to: 1) }
        var models: [Int] = []
        var held = try scene.join(.anna)
        while let attempt = held.popLast() {
            models.append(cells.firstIndex { $0.id == attempt.shard.cell }.map { $0 % 2 } ?? -1)
            held = try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        }
        #expect(zip(models, models.dropFirst()).count { $0 != $1 } == 1, "one change of model: \(models)")
    }

    @Test("shards divide a cell into equal parts and none is above the limit", arguments: [1, 2, 99, 100, 101, 12_345])
    func equalParts(images: Int) throws {
        let scene = try Scene([.cell(0, images: images)]) { $0.maximumShardImages = 100 }
        let facts = WorkerFacts(host: "ada", threads: 1, imagesPerSecond: 1e9)
        var held = try scene.tell(.joined(.anna, facts, held: [])).dispatched(to: .anna)
        var sizes: [Int] = []
        while let attempt = held.popLast() {
            sizes.append(attempt.shard.count)
            held += try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        }
        #expect(sizes.reduce(0, +) == images)
        #expect(sizes.allSatisfy { $0 <= 100 })
    }

    @Test("cells are asked for as the window empties, and never twice at once")
    func cellsOnDemand() throws {
        var core = SchedulingCore(configuration: .init(), epoch: 1)
        #expect(core.handle(.tick, at: Instant()) == [.wantsCells(4096)])
        #expect(core.handle(.tick, at: Instant()) == [])
        let cells = (0..<4096).map { CellWork.cell($0, images: 1) }
        #expect(core.handle(.cells(cells, more: true), at: Instant()) == [])
        var answers: [SchedulingCore.Action] = []
        var held: [AttemptIdentity] = []
        answers = core.handle(.joined(.anna, WorkerFacts(host: "ada", threads: 1), held: []), at: Instant())
        for _ in 0..<2100 {
            held += answers.dispatched(to: .anna)
            if answers.contains(where: { if case .wantsCells = $0 { true } else { false } }) { break }
            answers = core.handle(.tableArrived(held.removeFirst(), from: .anna), at: Instant())
        }
        #expect(answers.contains(.wantsCells(2048)))
    }

    @Test("recorded cells are passed over, and a cell given twice is one cell")
    func cachedAndRepeatedCells() throws {
        let cached = CellWork.cell(0, images: 10, recorded: [0..<10])
        let partly = CellWork.cell(1, images: 10, recorded: [0..<3, 5..<10])
        let scene = try Scene([cached, partly, partly, cached])
        let held = try scene.join(.anna)
        #expect(held.map(\.shard) == [Shard(cell: CellID(1), lower: 3, upper: 5)])
        #expect(scene.progress.images.cached == 18)
        #expect(scene.progress.cells.cached == 1)
        #expect(scene.progress.cells.total == 2)
        let end = try #require(try scene.deliver(held[0], from: .anna).finished)
        #expect(end.images.total == 20 && end.images.recorded == 2)
    }
}
