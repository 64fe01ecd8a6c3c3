// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The gradients of a batch's chunks, and their sum.
///
/// A batch is cut into chunks of a fixed number of images, each worked on by one thread. As their gradients are added
/// in the order of the chunks, the sum has the same bits on any number of threads.
public final class ChunkGradients: Sendable {
    private let vectors: [AlignedBuffer]
    private let count: Int

    /// Numbers added up by one thread at a time.
    private static let stretch = 1 << 14

    /// Vectors of `count` numbers for that many chunks.
    public init(chunks: Int, count: Int) {
        vectors = (0..<chunks).map { _ in AlignedBuffer(count: count) }
        self.count = count
    }

    /// Number of chunks there is room for.
    public var capacity: Int { vectors.count }

    /// The vector of one chunk.
    public subscript(chunk: Int) -> AlignedBuffer { vectors[chunk] }

    /// Writes the sum of the first `chunks` vectors.
    public func reduce(_ chunks: Int, into sum: AlignedBuffer, _ pool: WorkPool) {
        precondition(1...vectors.count ~= chunks && sum.count == count, "no sum of \(chunks) vectors of \(count)")
        pool.forEach((count + Self.stretch - 1) / Self.stretch) { index, _ in
            let start = index * Self.stretch
            let length = min(Self.stretch, self.count - start)
            let target = sum.pointer + start
            target.update(from: self.vectors[0].pointer + start, count: length)
            for chunk in 1..<max(chunks, 1) {
                let source = self.vectors[chunk].pointer + start
                for element in 0..<length { target[element] += source[element] }
            }
        }
        withExtendedLifetime(sum) {}
    }
}
