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

/// One dispatch of one training to one worker.
public struct TrainingAttempt: Hashable, Sendable {
    /// What is trained: the `TrainingIdentity.digest`.
    public var training: Digest
    /// Which dispatch of this training, counted from 1 within a life of the coordinator.
    public var number: UInt32
    /// Which life of the coordinator dispatched it.
    public var epoch: UInt64

    /// The `number`-th dispatch of `training`, made in `epoch`.
    public init(training: Digest, number: UInt32, epoch: UInt64) {
        self.training = training
        self.number = number
        self.epoch = epoch
    }
}

extension TrainingAttempt: CustomStringConvertible {
    /// The beginning of the identity, the number and the epoch, as in `training 0123abcd attempt 2 of epoch 1`.
    public var description: String {
        "training \(training.description.prefix(8)) attempt \(number) of epoch \(epoch)"
    }
}
