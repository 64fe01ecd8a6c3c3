// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// A checkpoint and a pair of IDX files, and shards of them.
struct WorkOfARun {
    static let images = 512

    let folder: TemporaryFolder
    /// The checkpoint's bytes.
    let model: [UInt8]
    /// The bytes of the file of images, 28×28, and of that of their labels.
    let pixels: [UInt8]
    let labels: [UInt8]
    private let content: Digest
    /// What the coordinator hands out; digested once, for the checkpoint is large.
    private let references: (model: ArtifactReference, pixels: ArtifactReference, labels: ArtifactReference)

    init() throws {
        folder = try TemporaryFolder()
        model = [UInt8](try Data(contentsOf: URL(filePath: Checkout.model)))
        let shape = ImageShape(height: 28, width: 28, channels: 1)
        let values = (0..<Self.images * shape.count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 784) }
        let classes = (0..<Self.images).map { UInt8($0 % 10) }
        pixels = [0, 0, 8, 3, 0, 0, 2, 0, 0, 0, 0, 28, 0, 0, 0, 28] + values
        labels = [0, 0, 8, 1, 0, 0, 2, 0] + classes
        content = ImageDataset(name: "own", split: "test", shape: shape, pixels: values, labels: classes).digest
        references = (Self.reference(model), Self.reference(pixels), Self.reference(labels))
        try Data(pixels).write(to: folder.url.appending(path: "images"))
        try Data(labels).write(to: folder.url.appending(path: "labels"))
    }

    /// The cache that workers of this work are given.
    var cache: String { folder.path("cache") }

    /// Everything that a coordinator hands out.
    var files: [[UInt8]] { [model, pixels, labels] }

    /// A shard of the first `images` images, whose files lie on this machine unless they are only handed out.
    ///
    /// With `builtin`, the images pass for the data set of that name.
    func assignment(
        _ number: UInt32,
        images: Int = 4,
        transform: TransformSpec = .identity,
        isRemote: Bool = false,
        builtin: String? = nil
    ) throws -> Assignment {
        let cell = try #require(CellID(bytes: [UInt8](repeating: 9, count: 16)))
        let folder = isRemote ? "/nonexistent" : folder.url.path
        return Assignment(
            attempt: AttemptIdentity(shard: Shard(cell: cell, lower: 0, upper: images), attempt: number, epoch: 1),
            spec: ShardSpec(
                model: ModelSpec(
                    name: "glow",
                    location: ModelLocation(text: isRemote ? "/nonexistent/model" : Checkout.model),
                    digest: references.model.digest,
                    conditioning: .label,
                    bytes: isRemote ? model.count : nil
                ),
                dataset: DatasetSpec(
                    name: "own",
                    source: builtin.map { .builtin($0) }
                        ?? .idx(images: "\(folder)/images", labels: "\(folder)/labels"),
                    split: "test",
                    content: content,
                    files: isRemote ? .init(images: references.pixels, labels: references.labels) : nil
                ),
                transform: transform,
                seed: 1,
                indices: Array(0..<UInt32(images))
            )
        )
    }

    /// A shard that takes a while: each image is decoded and scored again.
    func slow(_ number: UInt32, images: Int) throws -> Assignment {
        try assignment(number, images: images, transform: .zeroLatents(LatentZeroing(levels: .first(4))))
    }

    /// A worker for `coordinator`, with one thread.
    func worker(
        _ coordinator: ScriptedCoordinator,
        _ options: String...,
        environment: [String: String] = [:]
    ) throws -> RunningProcess {
        try Executable.worker.start(
            ["run", "--connect", coordinator.endpoint, "--insecure", "--threads", "1", "--cache", cache] + options,
            environment: environment
        )
    }

    private static func reference(_ bytes: [UInt8]) -> ArtifactReference {
        ArtifactReference(digest: Digest(of: bytes), bytes: bytes.count)
    }
}
