// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Kernels

// @unchecked: `done` is touched only while `condition` is held, and a part of `sum` only by the chunk whose turn it is.

/// The gradient of a batch, to which its chunks' are added part by part, in the order of the chunks.
///
/// A batch is cut into chunks of a fixed number of images, each worked on by one thread. All go through the same parts
/// of the vector in the same order. Before a chunk adds its share of a part, it waits until the chunk before it has
/// added its own: the sum has the same bits on any number of threads, and a thread needs room for one part alone.
///
/// Chunks must be begun in their order, as `WorkPool.forEach` does, so that the first of those at work never waits.
public final class OrderedGradient: @unchecked Sendable {
    /// What the chunks come to once all are done.
    public let sum: AlignedBuffer
    private let condition = NSCondition()
    /// Of each chunk, the parts that it has added.
    private var done: [Int]

    /// A sum of that many chunks; what `sum` holds is overwritten.
    public init(_ sum: AlignedBuffer, chunks: Int) {
        self.sum = sum
        done = [Int](repeating: 0, count: chunks)
    }

    /// Adds a chunk's share of the part at `range`, which lies at the beginning of `share`; the first chunk's has been
    /// written to the sum itself.
    func add(_ share: AlignedBuffer, at range: Range<Int>, chunk: Int) {
        precondition(0..<sum.count ~= range.lowerBound && range.upperBound <= sum.count, "the part leaves the sum")
        if chunk > 0 {
            awaitTurn(chunk)
            let (target, source) = (sum.pointer + range.lowerBound, share.pointer)
            for element in 0..<range.count { target[element] += source[element] }
        }
        condition.lock()
        done[chunk] += 1
        condition.broadcast()
        condition.unlock()
    }

    /// Returns when the chunk before has added more parts than this one.
    private func awaitTurn(_ chunk: Int) {
        condition.lock()
        while done[chunk - 1] <= done[chunk] { condition.wait() }
        condition.unlock()
    }
}
