// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// One thread's part of a pass that several threads run together: some lines of every image.
public struct Band: Sendable {
    /// Which of the threads.
    let index: Int
    /// Number of threads.
    let count: Int
    /// Where they meet; nil where there is but one.
    let barrier: Barrier?

    /// All lines, on one thread.
    public static let whole = Band(index: 0, count: 1, barrier: nil)

    /// The bands of as many threads as meet at `barrier`.
    public static func split(_ barrier: Barrier) -> [Band] {
        (0..<barrier.parties).map { Band(index: $0, count: barrier.parties, barrier: barrier) }
    }

    /// This thread's lines of an image of that height, possibly none.
    func lines(of height: Int) -> Range<Int> { height * index / count..<height * (index + 1) / count }
}
