// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// How a whole batch goes through a flow's layers one at a time, while each chooses its actnorms from what it is given.
///
/// The images are cut into chunks, each of which runs on one thread; sums over them are added in the order of the
/// chunks.
public struct FlowInitialisation: Sendable {
    /// The network's parameters, of which the layers overwrite bias and scale of every actnorm.
    let parameters: AlignedBuffer
    /// The weights they are folded into.
    let effective: AlignedBuffer
    /// Images of the batch.
    let images: Int
    private let chunkSize: Int
    private let pool: WorkPool
    private let workspaces: [TrainingWorkspace]

    /// A pass of `images` images in chunks of `chunkSize`.
    ///
    /// - Parameters:
    ///   - parameters: The network's, changed by the layers.
    ///   - effective: Overwritten by what they are folded into.
    ///   - images: Images of the batch.
    ///   - chunkSize: Images that one thread works on at once.
    ///   - pool: The threads.
    ///   - workspaces: One for each thread of the pool.
    public init(
        parameters: AlignedBuffer,
        effective: AlignedBuffer,
        images: Int,
        chunkSize: Int,
        pool: WorkPool,
        workspaces: [TrainingWorkspace]
    ) {
        precondition(workspaces.count >= pool.threads, "\(workspaces.count) workspaces for \(pool.threads) threads")
        self.parameters = parameters
        self.effective = effective
        self.images = images
        self.chunkSize = chunkSize
        self.pool = pool
        self.workspaces = workspaces
    }

    /// Calls `body` for the rows of each chunk's images, of `pixels` pixels each, with the workspace of the thread it
    /// runs on.
    func forEach(pixels: Int, _ body: @Sendable (_ rows: Range<Int>, _ workspace: TrainingWorkspace) -> Void) {
        forEachChunk(pixels: pixels) { _, rows, workspace in body(rows, workspace) }
    }

    /// Means and variances of the channels of `view`, (images, H, W, C).
    func statistics(_ view: RowView) -> BatchStatistics {
        let sums = ChunkSums(chunks: (images + chunkSize - 1) / chunkSize, count: 2 * view.channels)
        forEachChunk(pixels: view.rows / max(images, 1)) { index, rows, workspace in
            BatchStatistics.sum(view.rows(rows), into: sums, chunk: index, workspace.kernels)
        }
        return BatchStatistics(sums)
    }

    private func forEachChunk(
        pixels: Int,
        _ body: @Sendable (_ index: Int, _ rows: Range<Int>, _ workspace: TrainingWorkspace) -> Void
    ) {
        pool.forEach((images + chunkSize - 1) / chunkSize) { index, thread in
            let rows = index * chunkSize * pixels..<min((index + 1) * chunkSize, images) * pixels
            body(index, rows, workspaces[thread])
        }
    }
}
