// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What planning must know of a model: enough to refuse impossible cells and to name possible ones.
public struct ModelFacts: Hashable, Sendable {
    /// How a data set's image becomes the model's input.
    public enum Preprocessing: String, Hashable, Sendable, CaseIterable {
        /// Bilinear resize of the 8-bit image, rounded to 8 bits.
        case resize
        /// The image centred on black.
        case pad
        /// The image must already have the model's size.
        case none
    }

    /// The kind of network.
    public var family: Family
    /// Rows of the model's input.
    public var height: Int
    /// Columns of the model's input.
    public var width: Int
    /// 1 or 3.
    public var channels: Int
    /// Levels of latents; 0 for a family without latents.
    public var levels: Int
    /// Classes the model is conditioned on; 0 when it is unconditional.
    public var classes: Int
    /// How a data set's image becomes the model's input.
    public var preprocessing: Preprocessing
    /// SHA-256 of the checkpoint file; of a model that is trained first, the `TrainingIdentity.digest`.
    public var digest: Digest

    /// The facts of one checkpoint.
    public init(
        family: Family,
        height: Int,
        width: Int,
        channels: Int,
        levels: Int,
        classes: Int,
        preprocessing: Preprocessing,
        digest: Digest
    ) {
        self.family = family
        self.height = height
        self.width = width
        self.channels = channels
        self.levels = levels
        self.classes = classes
        self.preprocessing = preprocessing
        self.digest = digest
    }
}
