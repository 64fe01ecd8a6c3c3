// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The first layer of a PixelCNN++ stream: a linear map of each pixel's past, taken as one row of numbers.
///
/// It is the sum of convolutions whose outputs are shifted by one line or column, zeros moving in. A tap reads the
/// pixel and, beside it, a one that is zero outside the image; as a shifted-in pixel's taps all lie outside, the bias
/// is added to the weight of the one at the tap that is outside exactly then. No tap points at the pixel itself or
/// behind it.
public struct PastConvolution: Sendable {
    /// One of the convolutions, and where it lands.
    public struct Part: Sendable {
        let kernel: ImageSize
        /// Row and column of the first tap, as seen from the pixel.
        let origin: (row: Int, column: Int)
        /// The tap whose being outside means that the output was shifted in.
        let anchor: Int
        /// Lines down and columns to the right that the output is shifted by.
        var shift: (down: Int, right: Int) = (1, 0)

        /// The 2 × 3 convolution of the lines above, shifted down: it begins the u stream.
        public static let above = Part(kernel: ImageSize(height: 2, width: 3), origin: (-2, -1), anchor: 4)
        /// The 1 × 3 convolution of the line above, shifted down: with ``left`` it begins the ul stream.
        public static let lineAbove = Part(kernel: ImageSize(height: 1, width: 3), origin: (-1, -1), anchor: 1)
        /// The 2 × 1 convolution of the column to the left, shifted right.
        public static let left =
            Part(kernel: ImageSize(height: 2, width: 1), origin: (-1, -1), anchor: 1, shift: (0, 1))

        /// The part's parameters.
        public func parameters(filters: Int) -> [ParameterSpec] {
            ShiftedConvolution.parameters(inputs: 2, outputs: filters, kernel: kernel)
        }
    }

    private let product: PartialConvolution
    private let taps: PastTaps
    private let size: ImageSize

    /// The sum of `parts` with their parameters, for images of `size`.
    public init(_ parts: [(Part, ParameterSet)], filters: Int, size: ImageSize) {
        taps = PastTaps(parts.map(\.0), size: size)
        var packed: [Float] = []
        for (part, parameters) in parts {
            let weight = WeightNorm.weight(parameters)
            for tap in 0..<part.kernel.pixels {
                for channel in 0..<2 {
                    packed += (0..<filters).map { filter in
                        let value = weight[(filter * 2 + channel) * part.kernel.pixels + tap]
                        let isAnchor = channel == 1 && tap == part.anchor
                        return Float(isAnchor ? value + Double(parameters["bias"].values[filter]) : value)
                    }
                }
            }
        }
        let shape = ConvolutionShape.pointwise(inputChannels: taps.count, outputChannels: filters)
        let bias = [Float](repeating: 0, count: filters)
        product = PartialConvolution(shape, weights: packed, bias: bias, on: size)
        self.size = size
    }

    /// Numbers in a pixel's past.
    public var pastCount: Int { taps.count }

    /// The memory that a call on that many images needs.
    public func demand(images: Int) -> Workspace.Demand { product.demand(images: images) }

    /// Computes x (images, H, W, F) and its celu at the `pixels` of every image of one channel.
    ///
    /// `past`, (images, H, W, ``pastCount``), is written on the way.
    public func forward(
        _ x: RowView,
        _ activated: RowView,
        past: RowView,
        _ images: RowView,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        taps.gather(past, images, pixels: pixels)
        product.forward(x, past, pixels: pixels, workspace)
        workspace.concatenatedELU(x, into: activated, pixels: pixels, of: size)
    }
}

/// A ``PastConvolution`` in training.
public struct TrainablePastConvolution: Sendable {
    /// Its weights, those of all parts together.
    public let convolution: TrainableWeightNormConvolution
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
        var folds: [TrainableWeightNorm] = []
        var row = 0
        for (part, scope) in parts {
            let places = TrainableWeightNorm.Places(
                base: product.offset + row * filters,
                first: Array(0..<filters),
                second: [0, filters],
                taps: (0..<part.kernel.pixels).map { 2 * $0 * filters },
                biases: [product.offset + (row + 2 * part.anchor + 1) * filters],
                isBiasAdded: true
            )
            folds.append(TrainableWeightNorm(layout, scope, places, lengths: .firstAxis, isByOutput: true))
            row += 2 * part.kernel.pixels
        }
        convolution = TrainableWeightNormConvolution(name, folds: folds, products: [product])
        self.parts = parts.map(\.0)
        self.size = size
    }

    /// Numbers in a pixel's past.
    public var pastCount: Int { taps.count }

    /// Computes x (images, H, W, F); `past`, (images, H, W, ``pastCount``), is written on the way.
    public func forward(_ x: RowView, past: RowView, _ images: RowView, _ workspace: TrainingWorkspace) {
        taps.gather(past, images, pixels: 0..<size.pixels)
        convolution.forward(x, past, workspace)
    }

    /// Writes its part of the effective vector's gradient; `past` is written again, as nothing is kept for it.
    public func backward(outputGradient: RowView, past: RowView, _ images: RowView, _ pass: BackwardPass) {
        taps.gather(past, images, pixels: 0..<size.pixels)
        convolution.backward(nil, outputGradient: outputGradient, past, pass)
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
