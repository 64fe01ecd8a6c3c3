// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The images of one training step, as the model's own inference takes them.
public struct TrainingBatch: Sendable {
    /// (images, rows, columns, channels) in the model's own input range; dequantised already where the model wants it.
    public var images: [Float]
    /// One class per image; may be empty for a model that does not look at classes.
    public var labels: [Int]
    /// With `step`, the image's position and the layer, it decides the random numbers of the step, such as dropout's.
    public var seed: UInt64
    /// Number of the training step, from 0.
    public var step: Int

    /// A batch; seed and step matter to models that draw random numbers alone.
    public init(images: [Float], labels: [Int], seed: UInt64 = 0, step: Int = 0) {
        self.images = images
        self.labels = labels
        self.seed = seed
        self.step = step
    }
}
