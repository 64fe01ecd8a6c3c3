// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Layers

/// A model in training: the gradient of its mean loss over a batch, as one flat vector.
///
/// Parameters are a flat vector too, described by ``layout``, whose names and shapes are those of the model's
/// checkpoint; an optimiser sees the two vectors alone. A gradient is the same bits on any number of threads, with any
/// instruction set.
///
/// Any thread may call; calls take turns. Sizes and labels that do not fit the model are the caller's bug and trap.
public protocol Trainer: Sendable {
    /// Where each parameter lies in the flat vector.
    var layout: ParameterLayout { get }

    /// The ranges of the vector that an optimiser moves, ascending: not permutations, signs or running statistics.
    var learned: [Range<Int>] { get }

    /// Gives the parameters their data-dependent first values from a batch of any size; does nothing where there are
    /// none.
    func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch)

    /// Overwrites `gradient` by that of the batch's mean loss; zero outside ``learned``.
    ///
    /// - Parameters:
    ///   - gradient: `layout.count` floats.
    ///   - batch: At least one image.
    ///   - parameters: `layout.count` floats.
    /// - Returns: The losses at `parameters`.
    func gradient(_ gradient: AlignedBuffer, of batch: TrainingBatch, at parameters: AlignedBuffer) -> BatchOutcome

    /// Brings what is measured rather than learned, such as running statistics, up to date with the latest batch.
    func measure(_ parameters: AlignedBuffer)

    /// The first layer whose weights or activations for `batch` are not finite; nil where all are.
    func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String?
}
