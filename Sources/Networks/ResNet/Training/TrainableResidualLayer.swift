// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// One of a classifier's 3×3 convolutions with its batch normalisation and rectifier, in training.
///
/// The layers of a classifier follow one another: each reads what the one before it wrote. The second of a block adds,
/// before its rectifier, what the block read: the output of the layer two before it.
struct TrainableResidualLayer: Sendable {
    /// Its place among the parameters.
    let name: String
    let convolution: PlainConvolution
    let input: ImageExtent
    let output: ImageExtent
    /// The way around the block that the layer ends, or nil.
    let shortcut: IdentityShortcut?
    private let weight: Range<Int>
    private let bias: Range<Int>
    private let runningMean: Range<Int>
    private let runningVariance: Range<Int>

    /// Its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        _ name: String,
        from input: ImageExtent,
        channels: Int,
        stride: Int = 1,
        shortcut: IdentityShortcut? = nil,
        passesGradient: Bool = true,
        at offset: inout Int
    ) {
        let shape = ConvolutionShape(
            kernelHeight: 3,
            kernelWidth: 3,
            stride: stride,
            padding: Padding(1),
            inputChannels: input.channels,
            outputChannels: channels
        )
        convolution = PlainConvolution(
            layout,
            scope: name,
            shape,
            on: input.size,
            at: &offset,
            passesGradient: passesGradient
        )
        let size = shape.outputSize(for: input.size)
        self.name = name
        self.input = input
        output = ImageExtent(height: size.height, width: size.width, channels: channels)
        self.shortcut = shortcut
        weight = layout.range("\(name).norm.weight")
        bias = layout.range("\(name).norm.bias")
        runningMean = layout.range("\(name).norm.running-mean")
        runningVariance = layout.range("\(name).norm.running-variance")
    }

    /// The batch normalisation for a batch of those statistics.
    func norm(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) -> BatchNormTraining {
        BatchNormTraining(weight: weight, bias: bias, of: parameters, statistics)
    }

    /// Writes the gradients of the normalisation's parameters.
    func write(_ norm: BatchNormTraining.Gradient, into gradient: AlignedBuffer) {
        gradient.copy(norm.weight.map { Float($0) }, at: weight.lowerBound)
        gradient.copy(norm.bias.map { Float($0) }, at: bias.lowerBound)
    }

    /// Brings the running statistics up to date.
    func measure(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) {
        statistics.blend(mean: runningMean, variance: runningVariance, of: parameters)
    }
}
