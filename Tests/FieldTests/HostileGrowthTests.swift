// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// Peers that are let in and try to make the coordinator grow.
@Suite("A peer that floods its coordinator", .timeLimit(.minutes(2)))
struct HostileGrowthTests {
    private static func cell(_ number: Int) -> CellID { CellID(Digest(of: "cell \(number)".utf8)) }

    @Test("large tables of cells that are not known yet are not kept")
    func tables() async throws {
        // Its cells wait for a training, so that others are to come.
        let sweep = try TrainedSweep()
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "results"))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        try await peer.settle()
        let images = 65_536
        let columns = ["bpd"] + (1..<15).map { "c\($0)" }
        let values = [Float](repeating: 1, count: images)
        let table = ResultTable(
            indices: (0..<UInt32(images)).map { $0 },
            columns: columns.map { ResultTable.Column(name: $0, values: values) }
        )
        let shard = Shard(cell: Self.cell(0), lower: 0, upper: images)
        let attempt = AttemptIdentity(shard: shard, attempt: 1, epoch: 1)
        var bytes = WorkerMessage.results([ShardResult(attempt: attempt, table: table, computeSeconds: 1)]).encoded()
        // Made once, and then of another cell each time: making it is slow.
        let place = try #require(bytes.firstRange(of: shard.cell.bytes))
        let before = coordinator.memory
        for number in 0..<24 {
            bytes.replaceSubrange(place, with: Self.cell(number).bytes)
            peer.say(bytes)
            if !number.isMultiple(of: 2) { try await peer.settle() }
        }
        try await peer.settle()
        let grown = coordinator.memory - before
        #expect(grown < 60 << 20, "\(grown >> 20) MB more")
    }

    @Test("failures of attempts that nobody has do not reach the store")
    func failures() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        let given = try await peer.assignments()[0].attempt
        let log = [String](repeating: String(repeating: "x", count: 1000), count: 100)
        for number in 2..<62 {
            var attempt = given
            attempt.attempt = UInt32(number)
            peer.say(.failure(ShardFailure(attempt: attempt, kind: .engine, message: "no", log: log)))
        }
        try await peer.settle()
        try await Task.sleep(for: .milliseconds(500))
        #expect(Self.bytes(of: sweep.store()) < 2 << 20)
        #expect(coordinator.isRunning)
    }

    @Test("one connection is one worker, however many it says that it is")
    func hellos() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let peer = try HostilePeer(await coordinator.endpoint())
        for number in 0..<2000 {
            peer.say(.hello(HostilePeer.hello(host: "host \(number)", process: UInt32(number))))
        }
        try await peer.settle()
        try await coordinator.wait("a progress line with a worker") { process in
            (EventLog(process.output).last("progress")?["workers"] as? Int ?? 0) > 0
        }
        #expect(EventLog(coordinator.output).last("progress")?["workers"] as? Int == 1)
        let welcomes = peer.messages.count { if case .welcome = $0 { true } else { false } }
        #expect(welcomes == 1)
    }

    @Test("a file that no training makes is refused before any of it is taken", arguments: [1 << 34, 64 << 20])
    func uploads(bytes: Int) async throws {
        let sweep = try TrainedSweep()
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "results"))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        let attempt = try await peer.training()
        let file = ArtifactReference(digest: Digest(of: [1]), bytes: bytes)
        for kind in TrainingOffer.Kind.allCases {
            let offer = TrainingOffer(attempt: attempt, kind: kind, file: file, stepsDone: 1)
            peer.say(.trainingOffer(offer))
        }
        try await peer.settle()
        let refusals = peer.messages.count { if case .uploadRefusal = $0 { true } else { false } }
        #expect(refusals == 2)
        #expect(sweep.kept("results").isEmpty)
    }

    /// The size of a store with its journal.
    private static func bytes(of store: String) -> Int {
        ["", "-wal"].reduce(0) { sum, ending in
            let attributes = try? FileManager.default.attributesOfItem(atPath: store + ending)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }
}
