// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// How a whole batch goes through layers one at a time, for values that depend on all of its images.
///
/// The images are cut into grains, each of which runs on one thread; sums over them are added in the order of the grains.
public struct BatchPass: Sendable {
    /// Images of the batch.
    public let images: Int
    private let grain: Int
    private let pool: WorkPool
    private let workspaces: [TrainingWorkspace]

    /// A pass of `images` images in grains of `grain`; `workspaces` has one for each thread of the pool.
    public init(images: Int, grain: Int, pool: WorkPool, workspaces: [TrainingWorkspace]) {
        precondition(workspaces.count >= pool.threads, "\(workspaces.count) workspaces for \(pool.threads) threads")
        self.images = images
        self.grain = grain
        self.pool = pool
        self.workspaces = workspaces
    }

    /// Calls `body` for the images of each grain, with the workspace of the thread it runs on.
    public func forEach(_ body: @Sendable (_ images: Range<Int>, _ workspace: TrainingWorkspace) -> Void) {
        pool.forEach((images + grain - 1) / grain) { index, thread in
            body(index * grain..<min((index + 1) * grain, images), workspaces[thread])
        }
    }

    /// Means and variances of the channels of `view`, (images, H, W, C).
    func statistics(_ view: RowView) -> BatchStatistics {
        let pixels = view.rows / max(images, 1)
        let sums = GrainSums(grains: (images + grain - 1) / grain, count: 2 * view.channels)
        forEach { images, workspace in
            let rows = view.rows(images.lowerBound * pixels..<images.upperBound * pixels)
            BatchStatistics.sum(rows, into: sums, grain: images.lowerBound / grain, workspace.kernels)
        }
        return BatchStatistics(sums)
    }
}
