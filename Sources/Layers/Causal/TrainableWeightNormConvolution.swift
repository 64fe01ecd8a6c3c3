// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A weight-normalised convolution in training, or a sum of such convolutions of different inputs.
///
/// Once a step its parameters are folded into the effective weights of plain convolutions; after the pass backward,
/// what these gathered is turned into the gradients of the parameters.
public struct TrainableWeightNormConvolution: Sendable {
    /// The scope of its parameters.
    public let name: String
    /// Deviation that data-dependent initialisation gives its outputs.
    public let initialScale: Double
    /// Channels of its output.
    public let outputs: Int
    let folds: [TrainableWeightNorm]
    let products: [TrainableConvolution]
    /// Whether its input has been through dropout.
    let isBehindDropout: Bool

    init(
        _ name: String,
        initialScale: Double = 1,
        outputs: Int? = nil,
        folds: [TrainableWeightNorm],
        products: [TrainableConvolution],
        isBehindDropout: Bool = false
    ) {
        self.name = name
        self.initialScale = initialScale
        self.outputs = outputs ?? products[0].shape.outputChannels
        self.folds = folds
        self.products = products
        self.isBehindDropout = isBehindDropout
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { products.map(\.scratchCount).max() ?? 0 }

    /// Numbers of the largest part of the effective vector that a pass backward writes at once.
    public var largestPart: Int { products.map(\.effectiveCount).max() ?? 0 }

    /// Folds the parameters and takes over the effective weights; no pass may be running.
    ///
    /// What dropout keeps, the fraction `kept` of its input, is scaled up by the weights behind it: 1 without dropout.
    public func load(_ effective: AlignedBuffer, at parameters: AlignedBuffer, kept: Double) {
        for fold in folds { fold.fold(parameters, into: effective, factor: isBehindDropout ? 1 / kept : 1) }
        for product in products { product.load(effective) }
    }

    /// Writes the gradients of the parameters, given the gradient of the effective vector.
    public func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        at parameters: AlignedBuffer,
        kept: Double
    ) {
        for fold in folds {
            fold.unfold(gradient, effectiveGradient, at: parameters, factor: isBehindDropout ? 1 / kept : 1)
        }
    }

    /// Changes lengths and biases so that outputs of those `statistics` come to mean 0 and deviation ``initialScale``.
    ///
    /// T. Salimans, D. P. Kingma, "Weight normalization", 2016, section 3.
    public func normalise(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) {
        precondition(folds.count == 1, "the outputs of a sum of layers tell nothing of each")
        folds[0].normalise(parameters, means: statistics.mean, variances: statistics.variance, scale: initialScale)
    }

    /// Writes the convolution of one of its inputs, or adds it to what the output holds.
    public func forward(
        _ output: RowView,
        _ input: RowView,
        of product: Int = 0,
        accumulating: Bool = false,
        _ workspace: TrainingWorkspace
    ) {
        products[product].forward(output, input, accumulating: accumulating, workspace)
    }

    /// Writes its part of the effective vector's gradient, and that of one of its inputs, or adds to it when
    /// `accumulating`.
    ///
    /// - Parameters:
    ///   - inputGradient: Overwritten, or added to; nil where nobody needs it.
    ///   - accumulating: Whether the input's gradient is added to what is there.
    ///   - outputGradient: The gradient of the output.
    ///   - input: What the convolution read.
    ///   - product: Which of its inputs.
    ///   - pass: Where the effective vector's gradient goes.
    public func backward(
        _ inputGradient: RowView?,
        accumulating: Bool = false,
        outputGradient: RowView,
        _ input: RowView,
        of product: Int = 0,
        _ pass: BackwardPass
    ) {
        products[product].backward(
            inputGradient,
            accumulating: accumulating,
            outputGradient: outputGradient,
            input: input,
            pass
        )
    }
}
