// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

extension RandomMessages {
    /// Attempts at shards of one cell, in any order, with and without gaps.
    mutating func attempts(like first: AttemptIdentity) -> [AttemptIdentity] {
        (0...below(5)).map { _ in
            let lower = flip() ? below(1 << 20) : first.shard.upper
            let shard = Shard(cell: first.shard.cell, lower: lower, upper: lower + 1 + below(3))
            return AttemptIdentity(shard: shard, attempt: UInt32(1 + below(4)), epoch: first.epoch)
        }
    }

    /// Some groups of assignments.
    mutating func assignments() -> [Assignment] {
        (0..<2).flatMap { _ in
            let first = assignment()
            return attempts(like: first.attempt).map { attempt in
                var assignment = first
                assignment.attempt = attempt
                assignment.spec.indices = flip() ? indices(of: attempt.shard) : attempt.shard.positions.map(UInt32.init)
                return assignment
            }
        }
    }

    /// Some groups of results.
    mutating func results() -> [ShardResult] {
        (0..<2).flatMap { _ in
            let first = result()
            return attempts(like: first.attempt).map { attempt in
                let columns = first.table.columns.map { column in
                    ResultTable.Column(name: column.name, values: attempt.shard.positions.map { _ in value() })
                }
                let table = ResultTable(indices: indices(of: attempt.shard), columns: columns)
                return ShardResult(attempt: attempt, table: table, computeSeconds: Double(below(1 << 30)) / 1024)
            }
        }
    }

    mutating func artifactRequest() -> ArtifactRequest {
        ArtifactRequest(digest: digest(), offset: below(1 << 40), length: 1 + below(WireLimits.artifactChunkBytes))
    }

    mutating func artifactChunk() -> ArtifactChunk {
        let bytes = bytes(1 + below(40))
        let offset = below(1 << 30)
        return ArtifactChunk(
            digest: digest(),
            offset: offset,
            totalBytes: offset + bytes.count + below(100),
            bytes: bytes
        )
    }

    mutating func files() -> DatasetSpec.Files {
        .init(
            images: ArtifactReference(digest: digest(), bytes: below(1 << 40)),
            labels: ArtifactReference(digest: digest(), bytes: below(1 << 40))
        )
    }

    mutating func controlRequest() -> ControlRequest {
        let commands: [ControlRequest.Command] = [
            .pause, .resume, .cancel, .drain(worker: name()), .explain(cell: name()),
        ]
        let command = commands.randomElement(using: &generator) ?? .pause
        return ControlRequest(command, number: word(), run: flip() ? name() : nil)
    }

    mutating func controlReply() -> ControlReply {
        let lines = (0..<below(4)).map { _ in name() }
        return ControlReply(number: word(), isAccepted: flip(), text: name(), lines: lines)
    }

    /// Any bit pattern, so NaNs with their payloads, infinities and denormals too.
    mutating func value() -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: word())) }
}
