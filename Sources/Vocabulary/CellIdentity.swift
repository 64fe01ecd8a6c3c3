// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Everything that decides a cell's numbers, and the id that follows from it.
///
/// Names are no part of it: a model renamed in the sweep file, or a sweep file renamed, keeps its cells.
public struct CellIdentity: Hashable, Sendable {
    /// SHA-256 of the checkpoint file; of a model that the run trains, the `TrainingIdentity.digest`.
    public var model: Digest
    /// Which likelihood is reported.
    public var conditioning: Conditioning
    /// How it is taken from the model.
    public var estimate: LikelihoodEstimate
    /// `DatasetSlice.digest`: the images, their labels, the split and the selection.
    public var data: Digest
    /// The transformation with all its parameters.
    public var transform: TransformSpec
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// The version of the engine's arithmetic; raised whenever the same cell would get another number.
    public var numericsVersion: UInt32

    /// The ingredients of one cell's id.
    public init(
        model: Digest,
        conditioning: Conditioning,
        estimate: LikelihoodEstimate = .standard,
        data: Digest,
        transform: TransformSpec,
        seed: UInt64,
        numericsVersion: UInt32
    ) {
        self.model = model
        self.conditioning = conditioning
        self.estimate = estimate
        self.data = data
        self.transform = transform
        self.seed = seed
        self.numericsVersion = numericsVersion
    }

    /// The text whose digest is the id: one ingredient a line, in a fixed order, each after its name.
    ///
    /// No ingredient's text can hold a line break, so different ingredients never make the same text. What is standard of
    /// the estimate has no line: cells are the same as before there was a choice.
    public var canonicalText: String {
        """
        bitsweep cell 1
        model \(model)
        conditioning \(conditioning.rawValue)
        \(estimate.settings.map { "\($0.key) \($0.value)\n" }.joined())data \(data)
        transform \(transform)
        seed \(seed)
        numerics \(numericsVersion)

        """
    }

    /// The cell's id: the first 16 bytes of the SHA-256 digest of `canonicalText`.
    public var id: CellID { CellID(Digest(of: canonicalText.utf8)) }
}
