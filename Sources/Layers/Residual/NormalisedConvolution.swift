// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A 3×3 convolution without a bias and the ``BatchNorm`` behind it, folded into one.
public struct NormalisedConvolution: Sendable {
    private let convolution: Convolution

    /// The parameters, those of the normalisation in the scope `norm`.
    public static func parameters(inputs: Int, outputs: Int) -> [ParameterSpec] {
        [ParameterSpec("weight", [outputs, inputs, 3, 3])]
            + BatchNorm.parameters(channels: outputs).map { $0.scoped("norm") }
    }

    /// Takes its parameters from `parameters`, for images of `extent`.
    public init(_ parameters: ParameterSet, extent: ImageExtent, stride: Int = 1) {
        let norm = BatchNorm(parameters.scope("norm"))
        convolution = Convolution(
            weight: parameters["weight"],
            scale: norm.scale,
            offset: norm.offset,
            stride: stride,
            size: extent.size
        )
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { convolution.scratchCount }

    /// y = max(0, normalised convolution of x), or max(0, y + it) when `accumulating`.
    public func forward(_ y: RowView, _ x: RowView, accumulating: Bool = false, _ workspace: Workspace) {
        convolution.forward(y, x, activation: .relu, accumulating: accumulating, workspace)
    }
}

/// A ``NormalisedConvolution`` in training.
///
/// Normalisation needs the statistics of the whole batch, so that convolution and ``TrainableBatchNorm`` are steps of
/// their own.
public struct TrainableNormalisedConvolution: Sendable {
    /// What it reads.
    public let input: ImageExtent
    /// What it writes.
    public let output: ImageExtent
    private let convolution: TrainablePlainConvolution
    private let weight: Range<Int>
    private let bias: Range<Int>
    private let runningMean: Range<Int>
    private let runningVariance: Range<Int>

    /// The layer whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    ///
    /// - Parameters:
    ///   - layout: Where the parameters lie.
    ///   - scope: Name of the layer.
    ///   - input: The images read.
    ///   - channels: Channels written.
    ///   - stride: Pixels from output to output.
    ///   - passesGradient: Whether anyone needs the gradient of its input.
    ///   - offset: Where the effective weights begin.
    public init(
        _ layout: ParameterLayout,
        scope: String,
        from input: ImageExtent,
        channels: Int,
        stride: Int = 1,
        passesGradient: Bool = true,
        at offset: inout Int
    ) {
        convolution = TrainablePlainConvolution(
            layout,
            scope: scope,
            .centred(kernelHeight: 3, kernelWidth: 3, stride: stride, inputs: input.channels, outputs: channels),
            on: input.size,
            at: &offset,
            passesGradient: passesGradient
        )
        self.input = input
        output = input.reduced(by: stride, channels: channels)
        weight = layout.range("\(scope).norm.weight")
        bias = layout.range("\(scope).norm.bias")
        runningMean = layout.range("\(scope).norm.running-mean")
        runningVariance = layout.range("\(scope).norm.running-variance")
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { convolution.convolution.scratchCount }

    /// Puts the weights into the effective vector and packs them.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        convolution.load(effective, parameters)
    }

    /// The convolution alone.
    public func convolve(_ output: RowView, _ input: RowView, _ workspace: TrainingWorkspace) {
        convolution.convolution.forward(output, input, workspace)
    }

    /// The gradient of the input, unless it is nil, and of the weights, from that of the convolution's output.
    public func convolveBackward(
        _ inputGradient: RowView?,
        accumulating: Bool = false,
        outputGradient: RowView,
        input: RowView,
        _ pass: BackwardPass
    ) {
        convolution.convolution.backward(
            inputGradient,
            accumulating: accumulating,
            outputGradient: outputGradient,
            input: input,
            pass
        )
    }

    /// The batch normalisation for a batch of those statistics.
    public func norm(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) -> TrainableBatchNorm {
        TrainableBatchNorm(weight: weight, bias: bias, of: parameters, statistics)
    }

    /// Writes the gradients of the normalisation's parameters.
    public func write(_ norm: TrainableBatchNorm.Gradient, into gradient: AlignedBuffer) {
        gradient.copy(norm.weight.map { Float($0) }, at: weight.lowerBound)
        gradient.copy(norm.bias.map { Float($0) }, at: bias.lowerBound)
    }

    /// Overwrites the weights' gradient by that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer) {
        convolution.unfold(gradient, effectiveGradient)
    }

    /// Brings the running statistics up to date.
    public func measure(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) {
        statistics.blend(mean: runningMean, variance: runningVariance, of: parameters)
    }
}
