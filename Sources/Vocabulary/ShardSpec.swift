// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Everything that decides a shard's numbers, as the coordinator plans it, sends it and the engine computes it.
public struct ShardSpec: Hashable, Sendable {
    /// The model that scores the images.
    public var model: ModelSpec
    /// The data set that the images are of.
    public var dataset: DatasetSpec
    /// What is done to the images first.
    public var transform: TransformSpec
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// The images' indices in the data set's split, ascending.
    public var indices: [UInt32]

    /// A shard and all that decides its numbers.
    public init(model: ModelSpec, dataset: DatasetSpec, transform: TransformSpec, seed: UInt64, indices: [UInt32]) {
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.seed = seed
        self.indices = indices
    }

    /// Whether both are shards of one cell: nothing but the images differs.
    public func isOfCell(of other: ShardSpec) -> Bool {
        seed == other.seed && model == other.model && dataset == other.dataset && transform == other.transform
    }
}
