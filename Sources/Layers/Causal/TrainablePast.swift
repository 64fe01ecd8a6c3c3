// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A ``PastConvolution`` in training.
public struct TrainablePast: Sendable {
    /// Its weights, those of all parts together.
    public let convolution: WeightNormConvolution
    private let parts: [PastConvolution.Part]
    private let taps: PastTaps
    private let size: ImageSize

    /// The sum of `parts`, each with the scope of its parameters in `layout`, for images of `size`; extends `end`.
    ///
    /// `name` is what the whole is called.
    public init(
        _ layout: ParameterLayout,
        _ name: String,
        _ parts: [(PastConvolution.Part, scope: String)],
        filters: Int,
        size: ImageSize,
        at end: inout Int
    ) {
        taps = PastTaps(parts.map(\.0), size: size)
        let shape = ConvolutionShape.pointwise(inputChannels: taps.count, outputChannels: filters)
        let product = TrainableConvolution(shape, on: size, at: end, passesGradient: false)
        end += product.effectiveCount
        var folds: [WeightNormFold] = []
        var row = 0
        for (part, scope) in parts {
            let places = WeightNormFold.Places(
                base: product.offset + row * filters,
                first: Array(0..<filters),
                second: [0, filters],
                taps: (0..<part.kernel.pixels).map { 2 * $0 * filters },
                biases: [product.offset + (row + 2 * part.anchor + 1) * filters],
                isBiasAdded: true
            )
            folds.append(WeightNormFold(layout, scope, places, lengths: .firstAxis, isByOutput: true))
            row += 2 * part.kernel.pixels
        }
        convolution = WeightNormConvolution(name, folds: folds, products: [product])
        self.parts = parts.map(\.0)
        self.size = size
    }

    /// Numbers in a pixel's past.
    public var pastCount: Int { taps.count }

    /// Computes x (images, H, W, F); `past`, (images, H, W, ``pastCount``), is written on the way.
    public func forward(_ x: RowView, _ past: RowView, _ images: RowView, _ workspace: TrainingWorkspace) {
        taps.gather(past, images, pixels: 0..<size.pixels)
        convolution.forward(x, past, workspace)
    }

    /// Overwrites the effective vector's gradient; `past` is written again, as nothing is kept for it.
    public func backward(
        outputGradient: RowView,
        _ past: RowView,
        _ images: RowView,
        _ effectiveGradient: AlignedBuffer,
        _ workspace: TrainingWorkspace
    ) {
        taps.gather(past, images, pixels: 0..<size.pixels)
        convolution.products[0].backward(
            nil,
            outputGradient: outputGradient,
            input: past,
            effectiveGradient,
            workspace
        )
    }

    /// Data-dependent initialisation of every part by itself, from its outputs before they are shifted.
    ///
    /// Outputs are linear in the few numbers of a past: their moments follow from its means and covariances.
    public func normalise(_ parameters: AlignedBuffer, _ images: RowView) {
        for (part, fold) in zip(parts, convolution.folds) {
            let moments = PastMoments(part, images, size)
            let weights = fold.weights(parameters)
            let outputs = weights.count / moments.count
            let slices = (0..<outputs).map { weights[$0 * moments.count..<($0 + 1) * moments.count] }
            let means = zip(slices, fold.biases(parameters)).map { moments.mean(Array($0)) + $1 }
            let variances = slices.map { moments.variance(Array($0)) }
            fold.normalise(parameters, means: means, variances: variances, scale: convolution.initialScale)
        }
    }
}
