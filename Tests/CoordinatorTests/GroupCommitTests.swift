// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import Testing
import Vocabulary
import WireProtocol

@testable import Coordinator

/// What waits for one transaction, and how it is tried again.
@Suite("Group commit")
struct GroupCommitTests {
    private static let cell = CellIdentity(
        model: Digest(of: "model".utf8),
        conditioning: .label,
        data: Digest(of: "data".utf8),
        transform: .identity,
        seed: 0,
        numericsVersion: 1
    ).id
    private static let attempt = AttemptIdentity(shard: Shard(cell: cell, lower: 4, upper: 8), attempt: 1, epoch: 1)
    private static let worker = WorkerID(7)
    private static let origin = PartOrigin(worker: "w", host: "h", isa: "avx2")

    /// A store that a test can fill up, and a clock that it can move.
    private final class World {
        var isFull = false
        var now = Instant()
        var written: [[RecordedPart]] = []
        var failures: [FailureRecord] = []
        var tries = 0

        func write(_ parts: [RecordedPart], _ failures: [FailureRecord]) throws -> [PartOutcome] {
            tries += 1
            if isFull { throw ResultStoreError.diskFull(path: "s.sqlite") }
            written.append(parts)
            self.failures += failures
            return parts.map { .recorded(images: $0.attempt.shard.count, duplicates: 0) }
        }
    }

    private let world = World()

    private func commit() -> GroupCommit { GroupCommit(now: { world.now }, write: world.write) }

    private static func settlement(_ positions: Range<Int>) -> Settlement {
        Settlement(attempt: attempt, worker: worker, positions: positions, isNew: true)
    }

    private static let result = ShardResult(
        attempt: attempt,
        table: ResultTable(indices: [40, 50, 60, 70], columns: [.init(name: "bpd", values: [4, 5, 6, 7])]),
        computeSeconds: 0.5
    )

    private func expect(
        _ expected: [Range<Int>],
        of group: inout GroupCommit,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let settled = try group.commit()
        #expect(settled.map(\.settlement.positions) == expected, sourceLocation: location)
    }

    @Test("nothing is written while nothing waits")
    func nothing() throws {
        var group = commit()
        try expect([], of: &group)
        #expect(world.tries == 0)
    }

    @Test("rows of several settlements go in one transaction, each with its part of the table, and once")
    func rows() throws {
        var group = commit()
        _ = group.keep(Self.result, from: Self.worker, of: "key")
        group.add(Self.settlement(4..<5), from: Self.origin)
        group.add(Self.settlement(6..<8), from: Self.origin)
        try expect([4..<5, 6..<8], of: &group)
        #expect(world.written.count == 1)
        #expect(world.written[0].map(\.table.indices) == [[40], [60, 70]])
        #expect(world.written[0].map(\.table.columns[0].values) == [[4], [6, 7]])
        #expect(world.written[0].map(\.attempt.shard.positions) == [4..<5, 6..<8])
        try expect([], of: &group)
    }

    @Test("what a full disk did not take is written when there is space again, and once")
    func fullDisk() throws {
        var group = commit()
        _ = group.keep(Self.result, from: Self.worker, of: "key")
        group.add(Self.settlement(4..<8), from: Self.origin)
        world.isFull = true
        for tries in 1...2 {
            do {
                _ = try group.commit()
                Issue.record("the disk is full")
            } catch ResultStoreError.diskFull {
                #expect(world.written.isEmpty)
            }
            #expect(world.tries == tries)
        }
        world.isFull = false
        try expect([4..<8], of: &group)
        try expect([], of: &group)
        #expect(world.written.map { $0.map(\.table.indices) } == [[[40, 50, 60, 70]]])
    }

    @Test("while nothing can be written, so many bytes of a key's tables wait, and the others stay with their workers")
    func putOff() throws {
        var group = commit()
        let images = 65_536
        let values = [Float](repeating: 1, count: images)
        let table = ResultTable(
            indices: (0..<UInt32(images)).map { $0 },
            columns: (0..<15).map { .init(name: "c\($0)", values: values) }
        )
        var kept = 0
        for number in 0..<100 {
            let shard = Shard(cell: Self.cell, lower: 0, upper: images)
            let attempt = AttemptIdentity(shard: shard, attempt: UInt32(number + 1), epoch: 1)
            let result = ShardResult(attempt: attempt, table: table, computeSeconds: 1)
            guard group.keep(result, from: Self.worker, of: "key") else { continue }
            kept += 1
            group.add(
                Settlement(attempt: attempt, worker: Self.worker, positions: 0..<images, isNew: true),
                from: Self.origin
            )
            group.forget()
        }
        #expect((60...64).contains(kept))
        #expect(group.hasEnough)
        let (first, again) = (group.takePutOff(), group.takePutOff())
        #expect(first == [Self.worker] && again.isEmpty)
        let other = group.keep(Self.result, from: WorkerID(9), of: "another key")
        #expect(other)
        _ = try group.commit()
        #expect(!group.hasEnough)
        let fits = group.keep(Self.result, from: Self.worker, of: "key")
        #expect(fits)
    }

    @Test("a failure alone is reason enough for a transaction")
    func failures() throws {
        var group = commit()
        let shard = Self.attempt.shard
        group.add(FailureRecord(hopeless: shard, epoch: 3, host: "h", because: "its model could not be trained"))
        try expect([], of: &group)
        #expect(world.failures.map(\.message) == ["its model could not be trained"])
        #expect(world.failures.map(\.isTerminal) == [true])
    }
}
