// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

@Suite
struct BatchTests {
    @Test("a batch says once what its assignments share: 256 images of one cell take 5 bytes each")
    func assignmentBytes() {
        let assignments = (0..<256).map { assignment($0..<$0 + 1) }
        #expect(CoordinatorMessage.assign(assignments).encoded().count < 256 * 5 + 300)
    }

    @Test("a batch of results names its columns once")
    func resultBytes() {
        let results = (0..<256).map { result($0..<$0 + 1, columns: 3) }
        // Three values, a time and the attempt.
        #expect(WorkerMessage.results(results).encoded().count < 256 * (12 + 8 + 3) + 700)
    }

    @Test("assignments are dealt to batches in their order, each within the limits", arguments: [1, 100, 65_536])
    func assignments(images: Int) throws {
        let assignments = (0..<9000 / images + 3).map { number in
            assignment(number * images..<(number + 1) * images, cell: UInt8(number % 100 / 90))
        }
        let batches = CoordinatorMessage.batches(assigning: assignments)
        var read: [Assignment] = []
        for batch in batches {
            guard case .assign(let part) = try CoordinatorMessage(decoding: batch.encoded()) else { continue }
            #expect(part.count <= WireLimits.attemptsPerBatch)
            #expect(part.reduce(0) { $0 + $1.spec.indices.count } <= WireLimits.imagesPerBatch)
            read += part
        }
        #expect(read == assignments)
        #expect(batches.count == [1: 3, 100: 1, 65_536: 3][images])
    }

    @Test("a batch holds 64 changes of cell and no more, each cell with the longest names")
    func groups() throws {
        let long = String(repeating: "n", count: WireLimits.nameBytes)
        let path = String(repeating: "p", count: WireLimits.pathBytes)
        let assignments = (0..<130).map { number in
            var assignment = assignment(0..<WireLimits.imagesPerBatch / 64, cell: UInt8(number))
            assignment.spec.model.name = long
            assignment.spec.model.location = ModelLocation(text: path)
            assignment.spec.dataset.source = .idx(images: path, labels: path)
            return assignment
        }
        let batches = CoordinatorMessage.batches(assigning: assignments)
        #expect(batches.count == 3)
        for batch in batches { #expect(try CoordinatorMessage(decoding: batch.encoded()) == batch) }
    }

    @Test("results are dealt to batches in their order, the largest tables with the longest names too")
    func results() throws {
        let rows = WireLimits.valuesPerTable / WireLimits.columnsPerTable / 64
        let results = (0..<150).map { number in
            result(number * rows..<(number + 1) * rows, columns: 64, cell: UInt8(number))
        }
        let batches = WorkerMessage.batches(reporting: results)
        #expect(batches.count == 3)
        var read: [ShardResult] = []
        for batch in batches {
            guard case .results(let part) = try PeerMessage(decoding: batch.encoded()).worker else { continue }
            read += part
        }
        #expect(read == results)
    }

    @Test("no assignments make no batch, and an empty batch reads back as one")
    func empty() throws {
        #expect(CoordinatorMessage.batches(assigning: []) == [])
        #expect(WorkerMessage.batches(reporting: []) == [])
        #expect(try CoordinatorMessage(decoding: CoordinatorMessage.assign([]).encoded()) == .assign([]))
        #expect(try WorkerMessage(decoding: WorkerMessage.results([]).encoded()) == .results([]))
    }

    // MARK: Parts

    private func attempt(_ positions: Range<Int>, cell: UInt8) -> AttemptIdentity {
        let cell = CellID(Digest(of: [cell]))
        let shard = Shard(cell: cell, lower: positions.lowerBound, upper: positions.upperBound)
        return AttemptIdentity(shard: shard, attempt: 1, epoch: 1)
    }

    private func assignment(_ positions: Range<Int>, cell: UInt8 = 0) -> Assignment {
        var assignment = Fixture.assignment
        assignment.attempt = attempt(positions, cell: cell)
        assignment.spec.indices = positions.map { UInt32($0) * 3 }
        return assignment
    }

    private func result(_ positions: Range<Int>, columns: Int, cell: UInt8 = 0) -> ShardResult {
        let columns = (0..<columns).map { number in
            let name = number == 0 ? "bpd" : String(repeating: "c", count: ColumnName.longest - 3) + "\(number + 100)"
            return ResultTable.Column(name: name, values: positions.map(Float.init))
        }
        let table = ResultTable(indices: positions.map(UInt32.init), columns: columns)
        return ShardResult(attempt: attempt(positions, cell: cell), table: table, computeSeconds: 1)
    }
}

extension PeerMessage {
    fileprivate var worker: WorkerMessage? {
        guard case .worker(let message) = self else { return nil }
        return message
    }
}
