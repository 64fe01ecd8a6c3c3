// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Everything that decides a trained model's weights, and the digest that follows from it.
///
/// Training gives the same bits on every machine, however often it is interrupted. So the model is known before it is
/// trained, and its cells have their ids: the digest stands in them where a checkpoint's own digest would.
public struct TrainingIdentity: Hashable, Sendable {
    /// Digest of the recipe's canonical text.
    public var recipe: Digest
    /// Digest of the images and labels of the split that is trained on.
    public var data: Digest
    /// The version of the arithmetic of training; raised whenever the same recipe would give other weights.
    public var numericsVersion: UInt32

    /// The ingredients of a trained model.
    public init(recipe: Digest, data: Digest, numericsVersion: UInt32) {
        self.recipe = recipe
        self.data = data
        self.numericsVersion = numericsVersion
    }

    /// The text whose digest is the identity: one ingredient a line, in a fixed order, each after its name.
    public var canonicalText: String {
        """
        bitsweep training 1
        recipe \(recipe)
        data \(data)
        numerics \(numericsVersion)

        """
    }

    /// SHA-256 of `canonicalText`.
    public var digest: Digest { Digest(of: canonicalText.utf8) }
}
