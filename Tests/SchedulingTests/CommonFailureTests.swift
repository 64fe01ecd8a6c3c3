// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@testable import Scheduling

@Suite("failures in common")
struct CommonFailureTests {
    private static func cell(
        _ number: UInt8,
        transform: String = "noise",
        model: String = "glow",
        recorded: Int = 0
    ) -> CellWork {
        CellWork(
            id: CellID(Digest(of: [number])),
            images: 100,
            costClass: CostClass(model: model, transform: transform),
            recorded: recorded > 0 ? [0..<recorded] : []
        )
    }

    /// Fails all that the worker holds until nothing more is sent to it, and returns how often it was asked.
    private func failAll(
        _ scene: Scene,
        _ worker: WorkerID,
        _ held: [AttemptIdentity],
        message: (AttemptIdentity) -> String
    ) throws -> (asked: Int, actions: [SchedulingCore.Action]) {
        var (waiting, asked, all) = (held, 0, [SchedulingCore.Action]())
        while let attempt = waiting.first {
            waiting.removeFirst()
            asked += 1
            let actions = try scene.tell(.failed(attempt, from: worker, .engineError(message(attempt))))
            waiting += actions.dispatched(to: worker)
            for case .cancel(let cancelled, worker) in actions { waiting.removeAll { $0 == cancelled } }
            all += actions
            try #require(asked < 2000)
        }
        return (asked, all)
    }

    @Test("a class whose shards all fail alike is given up after a few of them, and what was not tried says so")
    func given() throws {
        let scene = try Scene((0..<20).map { Self.cell($0) }) { $0.maximumShardImages = 10 }
        let first = try scene.join(.anna)
        let (asked, actions) = try failAll(scene, .anna, first) { "image \($0.shard.lower) has no such level" }
        #expect(asked < 20, "of 200 shards with three attempts each")
        let failed = actions.failedShards
        #expect(failed.reduce(0) { $0 + $1.shard.count } == 2000)
        #expect(failed.contains { $0.wasTried } && failed.contains { !$0.wasTried })
        #expect(actions.count { if case .givenUp = $0 { true } else { false } } == 1)
        #expect(scene.core.progress(at: scene.now).images.failed == 2000)
        #expect(actions.contains { if case .finished = $0 { true } else { false } })
    }

    @Test("a class of which anything succeeded, or whose errors differ, is tried to the end", arguments: [true, false])
    func tried(_ succeeds: Bool) throws {
        let cells = (0..<20).map { Self.cell($0, recorded: succeeds && $0 == 0 ? 10 : 0) }
        let scene = try Scene(cells) { $0.maximumShardImages = 10 }
        let words = ["one", "two", "three", "four", "five", "six", "seven"]
        let (_, actions) = try failAll(scene, .anna, try scene.join(.anna)) { attempt in
            succeeds ? "no such level" : words[attempt.shard.lower / 10 % 7]
        }
        #expect(actions.failedShards.count(where: { !$0.wasTried }) == 0)
        #expect(actions.failedShards.count == (succeeds ? 199 : 200))
    }

    @Test("other classes go on, until several of the model have failed alike")
    func model() throws {
        let transforms = ["a", "b", "c", "d", "e"]
        let cells = (0..<20).map { Self.cell($0, transform: transforms[Int($0) / 4]) }
        let scene = try Scene(cells + [Self.cell(99, model: "other")]) { $0.maximumShardImages = 10 }
        let (_, actions) = try failAll(scene, .anna, try scene.join(.anna)) { _ in "the weights are damaged" }
        let given = actions.compactMap { if case .givenUp(let classes, _) = $0 { classes } else { nil } }
        #expect(given.map(\.count) == [1, 1, 5, 1], "two classes, all of the model, and the other model's")
        #expect(actions.failedShards.reduce(0) { $0 + $1.shard.count } == 2100)
    }

    @Test("cells that come later are not tried either")
    func later() throws {
        let scene = try Scene([Self.cell(0)], more: true) { $0.maximumShardImages = 10 }
        _ = try failAll(scene, .anna, try scene.join(.anna)) { _ in "no such level" }
        let actions = try scene.tell(.cells([Self.cell(1), Self.cell(2, transform: "translate")], more: false))
        #expect(actions.failedShards.map(\.wasTried) == [false])
        #expect(!actions.dispatched(to: .anna).isEmpty, "the other class is tried")
    }

    @Test("one machine's error gives nothing up while another has not been heard")
    func oneOfTwo() throws {
        let scene = try Scene((0..<20).map { Self.cell($0) }) { $0.maximumShardImages = 10 }
        let first = try scene.join(.anna, host: "ada")
        _ = try scene.join(.bert, host: "bob")
        var actions: [SchedulingCore.Action] = []
        for attempt in first { actions += try scene.tell(.failed(attempt, from: .anna, .engineError("broken"))) }
        #expect(actions.failedShards.isEmpty)
    }
}
