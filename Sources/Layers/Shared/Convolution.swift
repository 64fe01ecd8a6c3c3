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
        let (outputs, inputs, kernelHeight, kernelWidth) =
            (weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3])
        let taps = kernelHeight * kernelWidth
        var packed = [Float](repeating: 0, count: weight.values.count)
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<taps {
                    let value = Double(weight.values[(output * inputs + input) * taps + tap])
                    packed[(tap * inputs + input) * outputs + output] = Float(value * scale[output])
                }
            }
        }
        let shape = ConvolutionShape(
            kernelHeight: kernelHeight,
            kernelWidth: kernelWidth,
            stride: stride,
            padding: Padding(
                top: kernelHeight / 2,
                left: kernelWidth / 2,
                bottom: kernelHeight / 2,
                right: kernelWidth / 2
            ),
            inputChannels: inputs,
            outputChannels: outputs
        )
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
