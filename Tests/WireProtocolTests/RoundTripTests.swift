// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite
struct RoundTripTests {
    @Test("every message reads back as it was written", arguments: UInt64(1)...20)
    func everyKind(seed: UInt64) throws {
        var messages = RandomMessages(seed: seed)
        for message in messages.worker() {
            #expect(try WorkerMessage(decoding: message.encoded()) == message)
            #expect(try PeerMessage(decoding: message.encoded()) == .worker(message))
        }
        for message in messages.coordinator() {
            #expect(try CoordinatorMessage(decoding: message.encoded()) == message)
        }
        for message in messages.client() {
            #expect(try ClientMessage(decoding: message.encoded()) == message)
            #expect(try PeerMessage(decoding: message.encoded()) == .client(message))
        }
    }

    @Test("a message for the other side is refused by its kind")
    func wrongDirection() throws {
        var messages = RandomMessages(seed: 7)
        for message in messages.worker() {
            switch message {
            // Both sides refuse and say goodbye.
            case .refuse, .goodbye: _ = try CoordinatorMessage(decoding: message.encoded())
            default: #expect(throws: WireError.self) { try CoordinatorMessage(decoding: message.encoded()) }
            }
        }
        for message in messages.client() {
            #expect(throws: WireError.self) { try WorkerMessage(decoding: message.encoded()) }
        }
        let welcome = CoordinatorMessage.welcome(Welcome(run: "r", epoch: 1, heartbeatInterval: .seconds(1)))
        #expect(throws: WireError.unexpectedKind("welcome")) { try PeerMessage(decoding: welcome.encoded()) }
    }

    @Test("statistics of no image do not exist on the other side either")
    func noStatistics() throws {
        var snapshot = Snapshot(run: "r", sweep: "s", state: .running)
        snapshot.rows = [
            CellStatistics(
                cell: CellID(Digest(of: [1])),
                spec: CellSpec(model: "m", dataset: "d", transform: .identity, seed: 0),
                summary: Summary(count: 0)
            )
        ]
        guard
            case .snapshot(let read) = try CoordinatorMessage(decoding: CoordinatorMessage.snapshot(snapshot).encoded())
        else {
            Issue.record("not a snapshot")
            return
        }
        #expect(read.rows == snapshot.rows)
    }

    @Test("the largest shard and the longest lists fit into a message")
    func largest() throws {
        let shard = Shard(cell: CellID(Digest(of: [1])), lower: 0, upper: WireLimits.imagesPerShard)
        let attempt = AttemptIdentity(shard: shard, attempt: .max, epoch: .max)
        let columns = (0..<WireLimits.valuesPerTable / shard.count).map { number in
            let values = [Float](repeating: .nan, count: shard.count)
            return ResultTable.Column(name: number == 0 ? "bpd" : "column.\(number)", values: values)
        }
        let indices = (0..<UInt32(shard.count)).map { $0 * 65_000 }
        let table = ResultTable(indices: indices, columns: columns)
        let messages: [WorkerMessage] = [
            .results([ShardResult(attempt: attempt, table: table, computeSeconds: 1)]),
            .handBack(Array(repeating: attempt, count: WireLimits.attempts)),
        ]
        for message in messages {
            #expect(try WorkerMessage(decoding: message.encoded()) == message)
        }
    }

    @Test("the longest snapshot fits into a message, and longer ones are cut to a page")
    func longestSnapshot() throws {
        let name = String(repeating: "n", count: WireLimits.nameBytes)
        let spec = CellSpec(
            model: name,
            dataset: name,
            transform: .zeroLatents(LatentZeroing(levels: .only(4), alpha: 0.123456789012345)),
            seed: .max
        )
        let row = CellStatistics(
            cell: CellID(Digest(of: [1])),
            spec: spec,
            label: 9,
            summary: Summary(
                count: 1,
                nonFiniteCount: .max - 1,
                mean: 1,
                standardDeviation: 1,
                minimum: 1,
                lowerQuartile: 1,
                median: 1,
                upperQuartile: 1,
                maximum: 1
            ),
            meanDifference: 1
        )
        var generator = SplitMix64(seed: 1)
        let worker = WorkerStatus(
            worker: WorkerIdentity(using: &generator),
            host: name,
            process: .max,
            threads: 4096,
            instructionSet: name,
            state: .computing,
            imagesPerSecond: 1,
            silentSeconds: 1
        )
        var snapshot = Snapshot(run: name, sweep: name, state: .complete)
        snapshot.rows = Array(repeating: row, count: WireLimits.rowsPerSnapshot + 1)
        snapshot.workers = Array(repeating: worker, count: WireLimits.workersPerSnapshot + 1)
        let line = String(repeating: "l", count: WireLimits.lineBytes)
        snapshot.notices = Array(repeating: line, count: WireLimits.noticesPerSnapshot + 1)
        snapshot.metrics = Array(repeating: Metric(name: name, value: 1), count: WireLimits.metricsPerSnapshot + 1)
        let training = TrainingStatus(model: name, state: .running)
        snapshot.trainings = Array(repeating: training, count: WireLimits.trainingsPerSnapshot + 1)
        let read = try CoordinatorMessage(decoding: CoordinatorMessage.snapshot(snapshot).encoded())
        snapshot.rows.removeLast()
        snapshot.workers.removeLast()
        snapshot.notices.removeLast()
        snapshot.metrics.removeLast()
        snapshot.trainings.removeLast()
        #expect(read == .snapshot(snapshot))
    }
}
