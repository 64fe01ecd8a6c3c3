// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The gradients of a batch's grains, and their sum.
///
/// A batch is cut into grains of a fixed number of images, each worked on by one thread. As their gradients are added in the
/// order of the grains, the sum has the same bits on any number of threads.
public final class GrainGradients: Sendable {
    private let vectors: [AlignedBuffer]
    private let count: Int

    /// Numbers added up by one thread at a time.
    private static let stretch = 1 << 14

    /// Vectors of `count` numbers for that many grains.
    public init(grains: Int, count: Int) {
        vectors = (0..<grains).map { _ in AlignedBuffer(count: count) }
        self.count = count
    }

    /// Number of grains there is room for.
    public var capacity: Int { vectors.count }

    /// The vector of one grain.
    public subscript(grain: Int) -> AlignedBuffer { vectors[grain] }

    /// Writes the sum of the first `grains` vectors.
    public func reduce(_ grains: Int, into sum: AlignedBuffer, _ pool: WorkPool) {
        precondition(1...vectors.count ~= grains && sum.count == count, "no sum of \(grains) vectors of \(count)")
        pool.forEach((count + Self.stretch - 1) / Self.stretch) { index, _ in
            let start = index * Self.stretch
            let length = min(Self.stretch, self.count - start)
            let target = sum.pointer + start
            target.update(from: self.vectors[0].pointer + start, count: length)
            for grain in 1..<max(grains, 1) {
                let source = self.vectors[grain].pointer + start
                for element in 0..<length { target[element] += source[element] }
            }
        }
        withExtendedLifetime(sum) {}
    }
}
