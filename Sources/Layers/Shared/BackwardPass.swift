// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// What one thread's pass backward works with, besides what each layer reads and writes.
public struct BackwardPass: Sendable {
    /// A vector laid out like the effective weights; every layer writes the part that is its own.
    public let gradient: AlignedBuffer
    /// Whether what the vector holds is overwritten, not added to.
    public let isFirst: Bool
    /// The thread's.
    public let workspace: TrainingWorkspace

    /// A pass that overwrites its part of `gradient`, or adds to it unless it is the first.
    public init(_ gradient: AlignedBuffer, isFirst: Bool = true, _ workspace: TrainingWorkspace) {
        self.gradient = gradient
        self.isFirst = isFirst
        self.workspace = workspace
    }
}
