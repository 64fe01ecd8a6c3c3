// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// How a whole batch goes through layers one at a time, for values that depend on all of its images.
///
/// The images are cut into chunks, each of which runs on one thread; sums over them are added in the order of the
/// chunks.
public struct BatchPass: Sendable {
    /// Images of the batch.
    public let images: Int
    private let chunkSize: Int
    private let pool: WorkPool
    private let workspaces: [TrainingWorkspace]

    /// A pass of `images` images in chunks of `chunkSize`; `workspaces` has one for each thread of the pool.
    public init(images: Int, chunkSize: Int, pool: WorkPool, workspaces: [TrainingWorkspace]) {
        precondition(workspaces.count >= pool.threads, "\(workspaces.count) workspaces for \(pool.threads) threads")
        self.images = images
        self.chunkSize = chunkSize
        self.pool = pool
        self.workspaces = workspaces
    }

    /// Calls `body` for the images of each chunk, with the workspace of the thread it runs on.
    public func forEach(_ body: @Sendable (_ images: Range<Int>, _ workspace: TrainingWorkspace) -> Void) {
        pool.forEach((images + chunkSize - 1) / chunkSize) { index, thread in
            body(index * chunkSize..<min((index + 1) * chunkSize, images), workspaces[thread])
        }
    }

    /// Means and variances of the channels of `view`, (images, H, W, C).
    func statistics(_ view: RowView) -> BatchStatistics {
        let pixels = view.rows / max(images, 1)
        let sums = ChunkSums(chunks: (images + chunkSize - 1) / chunkSize, count: 2 * view.channels)
        forEach { images, workspace in
            let rows = view.rows(images.lowerBound * pixels..<images.upperBound * pixels)
            BatchStatistics.sum(rows, into: sums, chunk: images.lowerBound / chunkSize, workspace.kernels)
        }
        return BatchStatistics(sums)
    }
}
