// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// What one thread needs to call kernels in training: which ones, and their working memory.
public final class TrainingWorkspace: Sendable {
    /// The kernels that the layers call.
    public let kernels: KernelSet
    /// Working memory of one kernel call.
    public let scratch: AlignedBuffer

    /// Working memory for the most demanding of the layers.
    public init(kernels: KernelSet, scratchCount: Int) {
        self.kernels = kernels
        scratch = AlignedBuffer(count: scratchCount)
    }
}
