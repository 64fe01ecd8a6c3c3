// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
