// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The working memory in which one thread trains the layers of a flow, allocated once.
///
/// What backward needs of forward is not here but on the layers' tapes.
public final class FlowTrainingMemory: Sendable {
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
    func upper(rows: Int, _ hidden: HiddenActivations) -> RowView { view(0, rows, hidden) }

    /// Two views for the gradients of what the hidden layers put out; valid until the next layer asks.
    func gradients(rows: Int, _ hidden: HiddenActivations) -> (upper: RowView, lower: RowView) {
        (view(1, rows, hidden), view(2, rows, hidden))
    }

    private func view(_ third: Int, _ rows: Int, _ hidden: HiddenActivations) -> RowView {
        let offset = third * (hiddenBuffer.count / 3)
        return RowView(hiddenBuffer, offset: offset, rows: rows, channels: hidden.channels, stride: hidden.stride)
    }

    /// A view for the gradient of what a network puts out; valid until the next layer asks.
    func output(rows: Int, channels: Int) -> RowView {
        RowView(outputBuffer, rows: rows, channels: channels)
    }
}

/// What one thread's pass backward through a flow works with, besides what each layer reads and writes.
public struct FlowBackwardPass: Sendable {
    /// A vector laid out like the effective weights; every layer overwrites the part that is its own.
    let gradient: AlignedBuffer
    /// By how much the loss falls with the log-determinant of an image, and rises with the terms of its priors.
    let weight: Float
    /// The thread's.
    let memory: FlowTrainingMemory

    /// A pass that overwrites `gradient`.
    public init(_ gradient: AlignedBuffer, weight: Float, _ memory: FlowTrainingMemory) {
        self.gradient = gradient
        self.weight = weight
        self.memory = memory
    }

    /// The pass through one convolution; its part of the gradient is added to unless `isFirst`.
    func layer(isFirst: Bool = true) -> BackwardPass {
        BackwardPass(gradient, isFirst: isFirst, memory.workspace)
    }
}
