// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A convolution of odd kernel with zeros around the image, so that it keeps the image's size unless its stride is 2 or
/// more.
///
/// y[p, o] = bias[o] + Σ_tap Σ_i weight[o, i, tap]·x[stride·p + tap, i]. Its weights are packed for images of one size.
public struct Convolution: Sendable {
    private let plan: ConvolutionPlan
    private let weights: PackedWeights

    /// Packs `weight`, shape [outputs][inputs][rows][columns], for images of `size`.
    ///
    /// What follows the convolution is folded in, in double precision: output o becomes `scale[o]`·(conv + `bias[o]`).
    public init(weight: Tensor, scale: [Double], bias: [Double], size: ImageSize) {
        self.init(weight: weight, scale: scale, offset: zip(scale, bias).map { $0 * $1 }, size: size)
    }

    /// Packs `weight`, shape [outputs][inputs][rows][columns], for images of `size`.
    ///
    /// What follows the convolution is folded in, in double precision: output o becomes `scale[o]`·conv + `offset[o]`.
    public init(weight: Tensor, scale: [Double], offset: [Double], stride: Int = 1, size: ImageSize) {
        precondition(weight.shape.count == 4, "a convolution's weight has four extents, not \(weight.shape)")
        let shape = ConvolutionShape.centred(
            kernelHeight: weight.shape[2],
            kernelWidth: weight.shape[3],
            stride: stride,
            inputs: weight.shape[1],
            outputs: weight.shape[0]
        )
        var packed = [Float](repeating: 0, count: weight.values.count)
        shape.forEachWeight { output, parameter, place in
            packed[place] = Float(Double(weight.values[parameter]) * scale[output])
        }
        plan = ConvolutionPlan(shape, on: size)
        weights = plan.pack(packed, bias: offset.map { Float($0) })
    }

    /// The linear map y = `matrix`·x + `bias` of every pixel of images of `size`.
    public init(matrix: SquareMatrix, bias: [Double], size: ImageSize) {
        plan = ConvolutionPlan(.pointwise(inputChannels: matrix.size, outputChannels: matrix.size), on: size)
        weights = plan.pack(matrix.transposed().entries.map { Float($0) }, bias: bias.map { Float($0) })
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { plan.scratchCount }

    /// output = act(convolution of input); the views hold the same images, a row per pixel.
    ///
    /// When `accumulating`, the convolution is added to what the output holds, before the activation.
    public func forward(
        _ output: RowView,
        _ input: RowView,
        activation: Activation = .identity,
        accumulating: Bool = false,
        _ workspace: Workspace
    ) {
        workspace.kernels.convolve(
            plan,
            weights,
            from: input,
            into: output,
            activation: activation,
            accumulating: accumulating,
            lines: workspace.lines(of: plan.outputSize.height),
            scratch: workspace.scratch
        )
    }
}

/// A convolution in training: its weights change from step to step.
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
    private let transposed: PackedWeights?

    /// Plans the convolution of images of `size`.
    ///
    /// - Parameters:
    ///   - shape: The convolution.
    ///   - size: Size of the images read.
    ///   - offset: Where its weights begin in the effective vector.
    ///   - seesLines: Whether last bits may depend on whole lines, which lets it go by Winograd.
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
        transposed = passesGradient ? gradient.makePackedWeights() : nil
    }

    /// Numbers it has in the effective vector.
    public var effectiveCount: Int { shape.weightCount + shape.outputChannels }

    /// The place of its weights and its bias in the effective vector.
    public var effectiveRange: Range<Int> { offset..<offset + effectiveCount }

    /// The place of its weights in the effective vector.
    public var weightRange: Range<Int> { offset..<offset + shape.weightCount }

    /// The place of its bias in the effective vector.
    public var biasRange: Range<Int> { weightRange.upperBound..<offset + effectiveCount }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { max(plan.scratchCount, gradient.scratchCount) }

    /// Takes over the effective weights; no pass may be running.
    public func load(_ effective: AlignedBuffer) {
        plan.repack(weights, effective, at: offset, bias: effective, biasAt: biasRange.lowerBound)
        if let transposed { gradient.repack(transposed, effective, at: offset) }
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
    ///   - pass: Where the gradients of weights and bias go, and the calling thread's working memory.
    public func backward(
        _ inputGradient: RowView?,
        accumulating: Bool = false,
        outputGradient: RowView,
        input: RowView,
        _ pass: BackwardPass
    ) {
        let workspace = pass.workspace
        pass.write(effectiveRange) { target, offset, accumulating in
            workspace.kernels.weightGradient(
                gradient,
                input: input,
                outputGradient: outputGradient,
                into: target,
                at: offset,
                accumulating: accumulating,
                scratch: workspace.scratch
            )
            let bias = offset + shape.weightCount
            workspace.kernels.columnSums(outputGradient, into: target, at: bias, accumulating: accumulating)
        }
        guard let inputGradient else { return }
        guard let transposed else { preconditionFailure("a convolution planned without its input's gradient") }
        workspace.kernels.backpropagate(
            gradient,
            transposed,
            from: outputGradient,
            into: inputGradient,
            accumulating: accumulating,
            scratch: workspace.scratch
        )
    }
}
