// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The working memory in which one thread trains the layers of a flow, allocated once.
///
/// What backward needs of forward is not here but on the layers' tapes.
public final class FlowMemory: Sendable {
    /// How much memory a layer needs, in floats.
    public struct Demand: Sendable {
        /// Working memory of one kernel call.
        var scratch = 0
        /// Activations of a coupling network's first layer, and the gradients of both hidden layers'.
        var hidden = 0
        /// Gradients of what the network of a coupling or a prior puts out.
        var output = 0

        /// No memory.
        public init() {}

        init(scratch: Int, hidden: Int = 0, output: Int = 0) {
            self.scratch = scratch
            self.hidden = hidden
            self.output = output
        }

        /// Enough for either.
        public func union(_ other: Demand) -> Demand {
            Demand(
                scratch: max(scratch, other.scratch),
                hidden: max(hidden, other.hidden),
                output: max(output, other.output)
            )
        }
    }

    /// Kernels, and the working memory of their calls.
    public let workspace: TrainingWorkspace
    private let hiddenBuffer: AlignedBuffer
    private let outputBuffer: AlignedBuffer

    /// Memory for layers of that demand.
    public init(kernels: KernelSet, demand: Demand) {
        workspace = TrainingWorkspace(kernels: kernels, scratchCount: demand.scratch)
        hiddenBuffer = AlignedBuffer(count: demand.hidden)
        outputBuffer = AlignedBuffer(count: demand.output)
    }

    /// A view for what the first layer of a coupling network puts out; valid until the next layer asks.
    func upper(rows: Int, channels: Int, stride: Int) -> RowView { hidden(0, rows, channels, stride) }

    /// Two views for the gradients of what the hidden layers put out; valid until the next layer asks.
    func gradients(rows: Int, channels: Int, stride: Int) -> (upper: RowView, lower: RowView) {
        (hidden(1, rows, channels, stride), hidden(2, rows, channels, stride))
    }

    private func hidden(_ third: Int, _ rows: Int, _ channels: Int, _ stride: Int) -> RowView {
        let offset = third * (hiddenBuffer.count / 3)
        return RowView(hiddenBuffer, offset: offset, rows: rows, channels: channels, stride: stride)
    }

    /// A view for the gradient of what a network puts out; valid until the next layer asks.
    func output(rows: Int, channels: Int) -> RowView {
        RowView(outputBuffer, rows: rows, channels: channels)
    }
}
