// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The memory in which one thread runs a network's layers, allocated once and used for pass after pass.
///
/// One pass at a time: whoever owns the workspace sees to that.
public final class Workspace: Sendable {
    /// How much memory a layer needs, in floats.
    public struct Demand: Sendable {
        /// Working memory of one kernel call.
        var scratch: Int
        /// Activations inside a layer.
        var hidden: Int

        /// No memory unless said otherwise.
        public init(scratch: Int = 0, hidden: Int = 0) {
            self.scratch = scratch
            self.hidden = hidden
        }

        /// Enough for either.
        public func union(_ other: Demand) -> Demand {
            Demand(scratch: max(scratch, other.scratch), hidden: max(hidden, other.hidden))
        }
    }

    /// The kernels that the layers call.
    public let kernels: KernelSet
    let scratch: AlignedBuffer
    private let band: Band
    private let hiddenBuffer: AlignedBuffer
    private let outputBuffer: AlignedBuffer

    /// A workspace for layers of that demand whose networks put out at most `outputCount` floats for a batch.
    public init(kernels: KernelSet, demand: Demand, outputCount: Int) {
        self.kernels = kernels
        band = .whole
        scratch = AlignedBuffer(count: demand.scratch)
        hiddenBuffer = AlignedBuffer(count: demand.hidden)
        outputBuffer = AlignedBuffer(count: outputCount)
    }

    /// A workspace for `band` of a pass in `shared`'s memory, with the working memory of `own`.
    public init(_ band: Band, of shared: Workspace, scratch own: Workspace) {
        kernels = shared.kernels
        self.band = band
        scratch = own.scratch
        hiddenBuffer = shared.hiddenBuffer
        outputBuffer = shared.outputBuffer
    }

    /// The lines of every image that are this workspace's to compute: all, unless its pass is shared among threads.
    func lines(of height: Int) -> Range<Int> { band.lines(of: height) }

    /// Returns when all threads of a shared pass have come here.
    public func wait() { band.barrier?.wait() }

    /// Runs `body` on one thread of a shared pass, before it and behind it a ``wait()`` of all.
    public func alone(_ body: () -> Void) {
        wait()
        if band.index == 0 { body() }
        wait()
    }

    /// Two views for the activations inside a layer, of packed rows by default; valid until the next layer asks.
    func hidden(rows: Int, channels: Int, stride: Int? = nil) -> (upper: RowView, lower: RowView) {
        let half = hiddenBuffer.count / 2
        return (
            RowView(hiddenBuffer, rows: rows, channels: channels, stride: stride),
            RowView(hiddenBuffer, offset: half, rows: rows, channels: channels, stride: stride)
        )
    }

    /// A view for what a layer's network puts out; valid until the next layer asks.
    func output(rows: Int, channels: Int) -> RowView {
        RowView(outputBuffer, rows: rows, channels: channels)
    }
}

/// What one thread needs to call kernels in training: which ones, and their working memory.
public final class TrainingWorkspace: Sendable {
    /// The kernels that the layers call.
    public let kernels: KernelSet
    /// Working memory of one kernel call.
    public let scratch: AlignedBuffer
    /// A layer's part of the gradient, before it is added to an ``OrderedGradient``.
    let share: AlignedBuffer

    /// Working memory for the most demanding of the layers, and room for `shareCount` numbers of a gradient.
    public init(kernels: KernelSet, scratchCount: Int, shareCount: Int = 0) {
        self.kernels = kernels
        scratch = AlignedBuffer(count: scratchCount)
        share = AlignedBuffer(count: shareCount)
    }
}
