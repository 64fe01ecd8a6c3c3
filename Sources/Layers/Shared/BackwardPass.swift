// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// What one thread's pass backward works with, besides what each layer reads and writes.
public struct BackwardPass: Sendable {
    /// Where the gradient of the effective weights goes.
    private enum Destination: Sendable {
        /// To a vector laid out like them, which is overwritten or added to.
        case vector(AlignedBuffer, isAdded: Bool)
        /// To the sum over a batch's chunks, of which this is one.
        case sum(OrderedGradient, chunk: Int)
    }

    private let destination: Destination
    /// The thread's.
    public let workspace: TrainingWorkspace

    /// A pass that overwrites its part of `gradient`, or adds to it unless it is the first.
    public init(_ gradient: AlignedBuffer, isFirst: Bool = true, _ workspace: TrainingWorkspace) {
        destination = .vector(gradient, isAdded: !isFirst)
        self.workspace = workspace
    }

    /// The pass of one of the chunks that `gradient` sums; the workspace must have room for the largest part.
    public init(_ gradient: OrderedGradient, chunk: Int, _ workspace: TrainingWorkspace) {
        destination = .sum(gradient, chunk: chunk)
        self.workspace = workspace
    }

    /// Has `compute` write the part of the gradient that lies at `range`, or add to it, to a buffer from an offset on.
    func write(
        _ range: Range<Int>,
        _ compute: (_ target: AlignedBuffer, _ offset: Int, _ accumulating: Bool) -> Void
    ) {
        switch destination {
        case .vector(let vector, let isAdded): compute(vector, range.lowerBound, isAdded)
        case .sum(let gradient, let chunk):
            let share = workspace.share
            if chunk == 0 {
                compute(gradient.sum, range.lowerBound, false)
            } else {
                compute(share, 0, false)
            }
            gradient.add(share, at: range, chunk: chunk)
        }
    }
}
