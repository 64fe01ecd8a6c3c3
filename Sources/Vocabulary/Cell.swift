// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One point of a sweep's grid: model × data set × transform × seed, by the names the sweep file gives them.
public struct CellSpec: Hashable, Sendable {
    /// The model's name in the sweep file.
    public var model: String
    /// The data set's name in the sweep file.
    public var dataset: String
    /// The transformation with all its parameters.
    public var transform: TransformSpec
    /// The seed of dequantisation and noise.
    public var seed: UInt64

    /// A point of the grid.
    public init(model: String, dataset: String, transform: TransformSpec, seed: UInt64) {
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.seed = seed
    }
}

/// What a data set's name stands for in one run: which images, and the digest that says so.
public struct DatasetSlice: Hashable, Sendable {
    /// The data set's name in the sweep file.
    public var name: String
    /// The part of the data set: `train` or `test`.
    public var split: String
    /// Digest of the images, their labels and the selection.
    public var digest: Digest
    /// Number of selected images.
    public var count: Int

    /// A named, digested selection of images.
    public init(name: String, split: String, digest: Digest, count: Int) {
        self.name = name
        self.split = split
        self.digest = digest
        self.count = count
    }
}
