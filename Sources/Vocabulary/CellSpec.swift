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
