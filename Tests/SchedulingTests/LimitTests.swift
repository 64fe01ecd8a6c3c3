// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import Vocabulary

@Suite struct LimitTests {
    @Test("an attempt beyond the time limit is cancelled and spends the budget for engine errors")
    func timeLimit() throws {
        let scene = try Scene([.cell(0, images: 4)]) {
            $0.timeLimit = .seconds(10)
            $0.engineErrorBudget = 2
        }
        let first = try #require(try scene.join(.anna).first)
        #expect(try scene.wait(seconds: 10, alive: [.anna]).isEmpty)
        let second = AttemptIdentity(cell: 0, 0..<4, attempt: 2)
        #expect(
            try scene.wait(seconds: 1, alive: [.anna]) == [
                .cancel(first, at: .anna), .dispatch(second, to: .anna),
            ]
        )
        let failed = try scene.wait(seconds: 11, alive: [.anna]).failedShards
        #expect(failed.first?.attempts.map(\.failure) == [.timeLimit(.seconds(10)), .timeLimit(.seconds(10))])
        #expect(scene.progress.counts.timeLimits == 2 && scene.progress.counts.engineErrors == 2)
    }

    @Test("the limit counts from when the attempt began, not while it waited")
    func waitingIsFree() throws {
        let scene = try Scene([.cell(0, images: 32)]) { $0.timeLimit = .seconds(10) }
        let held = try scene.join(.anna)
        _ = try scene.wait(seconds: 9, alive: [.anna])
        _ = try scene.deliver(held[0], from: .anna)
        #expect(try scene.wait(seconds: 10, alive: [.anna]).isEmpty)
        #expect(try scene.wait(seconds: 1, alive: [.anna]).first == .cancel(held[1], at: .anna))
    }

    @Test("cells of higher priority go first, others in their order, requeued shards before fresh ones of their own")
    func priorities() throws {
        let cells = [(0, 0), (1, 5), (2, -1), (3, 5), (4, 0)].map { CellWork.cell($0, images: 1, priority: $1) }
        let scene = try Scene(cells) { $0.limitCredit(to: 1) }
        var order: [CellID] = []
        var held = try scene.join(.anna)
        while let attempt = held.popLast() {
            order.append(attempt.shard.cell)
            let isHandedBack = order.count == 3
            held =
                isHandedBack
                ? try scene.tell(.failed(attempt, from: .anna, .handedBack)).dispatched(to: .anna)
                : try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        }
        #expect(order == [1, 3, 0, 4, 0, 2].map { CellID($0) }, "the same host takes back last within its priority")
    }

    @Test("a cell of higher priority that comes later passes those that wait, and a model is kept within a priority")
    func latePriority() throws {
        let scene = try Scene(
            [.cell(0, images: 1), .cell(1, images: 1, model: "pixelcnn"), .cell(2, images: 1)],
            more: true
        ) { $0.limitCredit(to: 1) }
        var held = try scene.join(.anna)
        _ = try scene.tell(.cells([.cell(3, images: 1, model: "pixelcnn", priority: 1)], more: false))
        var order: [CellID] = []
        while let attempt = held.popLast() {
            order.append(attempt.shard.cell)
            held = try scene.deliver(attempt, from: .anna).dispatched(to: .anna)
        }
        #expect(order == [0, 3, 1, 2].map { CellID($0) })
    }
}
