// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

/// Messages and what they are made of, with numbers that tests choose.
enum Samples {
    static func hello() throws -> Hello {
        Hello(
            software: "test",
            numericsVersion: 1,
            numericsFingerprint: "f",
            worker: try #require(WorkerIdentity(bytes: Array(1...16))),
            host: "here",
            process: 1,
            threads: 1,
            instructionSet: "avx2"
        )
    }

    static func attempt(_ number: UInt32, images: Int = 2) throws -> AttemptIdentity {
        let cell = try #require(CellID(bytes: [UInt8](repeating: 7, count: 16)))
        return AttemptIdentity(shard: Shard(cell: cell, lower: 0, upper: images), attempt: number, epoch: 1)
    }

    static func assignment(_ number: UInt32, images: Int = 2) throws -> Assignment {
        Assignment(
            attempt: try attempt(number, images: images),
            spec: ShardSpec(
                model: ModelSpec(
                    name: "m",
                    location: ModelLocation(text: "/m"),
                    digest: Digest(of: [1]),
                    conditioning: .label
                ),
                dataset: DatasetSpec(name: "d", source: .builtin("glyphs"), split: "test", content: Digest(of: [2])),
                transform: .identity,
                seed: 0,
                indices: (0..<UInt32(images)).map { 3 + $0 }
            )
        )
    }

    static let table = ResultTable(indices: [3, 4], columns: [.init(name: "bpd", values: [1, 2])])

    static func welcome(epoch: UInt64 = 1) -> CoordinatorMessage {
        .welcome(Welcome(run: "r", epoch: epoch, heartbeatInterval: .seconds(2)))
    }
}
