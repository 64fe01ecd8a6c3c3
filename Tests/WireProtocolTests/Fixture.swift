// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Vocabulary
import WireProtocol

/// Messages with fixed contents.
enum Fixture {
    static let hello = Hello(
        software: "bitsweep 0.1.0",
        numericsVersion: 1,
        numericsFingerprint: "c0ffee",
        worker: worker,
        host: "node-1",
        process: 4242,
        threads: 8,
        instructionSet: "avx512",
        unacknowledged: [AttemptIdentity(shard: shard, attempt: 2, epoch: 3)],
        inFlight: [],
        imagesPerSecond: 233.5
    )

    static let result = ShardResult(
        attempt: AttemptIdentity(shard: shard, attempt: 2, epoch: 3),
        table: ResultTable(indices: [0, 5, 300], columns: [.init(name: "bpd", values: [1, -.infinity, .nan])]),
        computeSeconds: 0.25
    )

    /// A batch of two: three images, then one.
    static let results = [
        result,
        ShardResult(
            attempt: AttemptIdentity(shard: Shard(cell: shard.cell, lower: 0, upper: 1), attempt: 1, epoch: 3),
            table: ResultTable(indices: [4], columns: [.init(name: "bpd", values: [0])]),
            computeSeconds: 0.5
        ),
    ]

    static let assignment = Assignment(
        attempt: AttemptIdentity(shard: shard, attempt: 1, epoch: 3),
        spec: ShardSpec(
            model: ModelSpec(
                name: "glow",
                location: ModelLocation(text: "glow.safetensors"),
                digest: Digest(of: [1]),
                conditioning: .marginal
            ),
            dataset: DatasetSpec(name: "mnist", source: .builtin("mnist"), split: "test", content: Digest(of: [2])),
            transform: .identity,
            seed: 7,
            indices: [1, 2, 9]
        )
    )

    private static var worker: WorkerIdentity {
        var generator = SplitMix64(seed: 1)
        return WorkerIdentity(using: &generator)
    }

    private static let shard = Shard(cell: CellID(Digest(of: [1, 2, 3])), lower: 64, upper: 67)
}
