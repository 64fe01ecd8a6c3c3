// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A convolution whose weights change from step to step.
///
/// It computes with effective weights: what the parameters of a layer (weight norm, actnorm, scales) come to once
/// folded. They lie in one vector for the whole network, this convolution's at ``offset``: the weights, order
/// [row][column][input][output], then a bias for each output. Gradients lie at the same place of a vector of their own.
public struct TrainableConvolution: Sendable {
    /// The convolution.
    public let shape: ConvolutionShape
    /// Where its weights begin in the effective vector.
    public let offset: Int
    private let plan: ConvolutionPlan
    private let gradient: ConvolutionGradient
    private let weights: PackedWeights
    private let turned: PackedWeights?

    /// Plans the convolution of images of `size`.
    ///
    /// - Parameters:
    ///   - shape: The convolution.
    ///   - size: Size of the images read.
    ///   - offset: Where its weights begin in the effective vector.
    ///   - seesLines: Whether last bits may depend on whole lines, which allows Winograd's convolution.
    ///   - passesGradient: Whether anyone needs the gradient of its input.
    public init(
        _ shape: ConvolutionShape,
        on size: ImageSize,
        at offset: Int,
        seesLines: Bool = true,
        passesGradient: Bool = true
    ) {
        self.shape = shape
        self.offset = offset
        plan = ConvolutionPlan(training: shape, on: size, seesLines: seesLines)
        gradient = ConvolutionGradient(shape, on: size)
        weights = plan.makePackedWeights()
        turned = passesGradient ? gradient.makePackedWeights() : nil
    }

    /// Numbers it has in the effective vector.
    public var effectiveCount: Int { shape.weightCount + shape.outputChannels }

    /// The place of its weights in the effective vector.
    public var weightRange: Range<Int> { offset..<offset + shape.weightCount }

    /// The place of its bias in the effective vector.
    public var biasRange: Range<Int> { weightRange.upperBound..<offset + effectiveCount }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { max(plan.scratchCount, gradient.scratchCount) }

    /// Takes over the effective weights; no pass may be running.
    public func load(_ effective: AlignedBuffer) {
        plan.repack(weights, effective, at: offset, bias: effective, biasAt: biasRange.lowerBound)
        if let turned { gradient.repack(turned, effective, at: offset) }
    }

    /// output = act(convolution of input), added to what the output holds when `accumulating`.
    public func forward(
        _ output: RowView,
        _ input: RowView,
        activation: Activation = .identity,
        accumulating: Bool = false,
        _ workspace: TrainingWorkspace
    ) {
        workspace.kernels.convolve(
            plan,
            weights,
            from: input,
            into: output,
            activation: activation,
            accumulating: accumulating,
            scratch: workspace.scratch
        )
    }

    /// Writes the gradients of weights and bias, and the input's where one is wanted.
    ///
    /// - Parameters:
    ///   - inputGradient: Overwritten, or added to when `accumulating`.
    ///   - accumulating: Whether the input's gradient is added to what is there.
    ///   - outputGradient: The gradient of the convolution itself, before any activation.
    ///   - input: What the convolution read.
    ///   - gradients: A vector laid out like the effective one.
    ///   - isFirst: Whether what the vector holds is overwritten, not added to.
    ///   - workspace: The calling thread's.
    public func backward(
        _ inputGradient: RowView?,
        accumulating: Bool = false,
        outputGradient: RowView,
        input: RowView,
        _ gradients: AlignedBuffer,
        isFirst: Bool = true,
        _ workspace: TrainingWorkspace
    ) {
        workspace.kernels.weightGradient(
            gradient,
            input: input,
            outputGradient: outputGradient,
            into: gradients,
            at: offset,
            accumulating: !isFirst,
            scratch: workspace.scratch
        )
        let bias = biasRange.lowerBound
        workspace.kernels.columnSums(outputGradient, into: gradients, at: bias, accumulating: !isFirst)
        guard let inputGradient else { return }
        guard let turned else { preconditionFailure("a convolution planned without its input's gradient") }
        workspace.kernels.backpropagate(
            gradient,
            turned,
            from: outputGradient,
            into: inputGradient,
            accumulating: accumulating,
            scratch: workspace.scratch
        )
    }
}
