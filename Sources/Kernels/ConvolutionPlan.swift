// BitSweep
// SPDX-License-Identifier: Apache-2.0
import KernelTemplates

/// A convolution's geometry on images of one size: which input pixel each tap of each output position reads.
///
/// Made once per layer and image size, used for any number of images. Three routes exist, chosen from the shape alone:
/// - direct: the output is the product of a row per output position, [tap][channel], with the weights;
/// - by taps: where few outputs would leave lanes idle, every input pixel is multiplied by the weights of all taps,
///   then the products are added per output position;
/// - Winograd: where it is allowed and saves work, a kernel of two or three columns goes by F(4, r) along the line.
///
/// Taps that lie outside the image for every output position (most of a 3 × 3 kernel on a 1 × 1 image) are left out.
public struct ConvolutionPlan: Sendable {
    /// The convolution.
    public let shape: ConvolutionShape
    /// Size of the images read.
    public let inputSize: ImageSize
    /// Size of the images written.
    public let outputSize: ImageSize

    /// Indices, `row · kernelWidth + column`, of the taps that some output position reads.
    let taps: [Int]
    /// Input pixel of each (output position, tap), or -1 outside the image.
    let sources: [Int32]
    /// By taps: every input pixel's own index.
    let pixelSources: [Int32]
    /// Zeros for the channels of a pixel outside the image, or for the bias of products by taps.
    let zeros: AlignedBuffer
    let route: Route
    /// Whether the only tap of every output position is its own pixel.
    let isPointwise: Bool

    enum Route: Sendable, Equatable { case direct, byTaps, winograd(WinogradTiling) }

    /// Plans `shape` on images of `inputSize`.
    ///
    /// - Parameters:
    ///   - shape: The convolution.
    ///   - inputSize: Size of the images read.
    ///   - seesLines: Whether the last bits of an output element may depend on everything on the lines that its taps
    ///     see; they depend on what the taps see alone unless said otherwise.
    public init(_ shape: ConvolutionShape, on inputSize: ImageSize, seesLines: Bool = false) {
        let outputSize = shape.outputSize(for: inputSize)
        precondition(outputSize.height > 0 && outputSize.width > 0, "the kernel is larger than the padded image")
        let geometry = TapGeometry(shape, on: inputSize)
        self.shape = shape
        self.inputSize = inputSize
        self.outputSize = outputSize
        taps = geometry.reachableTaps
        sources = geometry.sources(of: taps)
        let tiling = seesLines ? WinogradTiling(shape, on: outputSize) : nil
        route = tiling.map(Route.winograd) ?? Self.chooseRoute(shape, taps: taps.count)
        isPointwise = taps.count == 1 && sources.elementsEqual(0..<Int32(inputSize.pixels))
        pixelSources = route == .byTaps ? (0..<Int32(inputSize.pixels)).map { $0 } : []
        zeros = AlignedBuffer(count: max(shape.inputChannels, taps.count * shape.outputChannels) + 16)
    }

    /// Plans the gradient of the input of a convolution that moves by any number of pixels, by taps.
    ///
    /// Every pixel of the output's gradient is multiplied by the weights of all taps, those of a kernel flipped; the
    /// products meet again at the pixels that the taps had read.
    ///
    /// - Parameters:
    ///   - flipped: A shape with the kernel and the channels of that gradient; its stride and padding are not looked
    ///     at.
    ///   - geometry: That of the convolution itself.
    init(inputGradient flipped: ConvolutionShape, of geometry: TapGeometry) {
        shape = flipped
        inputSize = geometry.outputSize
        outputSize = geometry.inputSize
        taps = Array(geometry.allTaps)
        sources = geometry.readers(of: taps.reversed())
        pixelSources = (0..<Int32(inputSize.pixels)).map { $0 }
        zeros = AlignedBuffer(count: taps.count * flipped.outputChannels + 16)
        route = .byTaps
        isPointwise = false
    }

    /// Plans a convolution of a model in training, whose last bits no score depends on: as
    /// ``init(_:on:seesLines:)``, but without Winograd where few outputs go faster by taps.
    ///
    /// Scores stay with Winograd where it is allowed, lest their last bits change.
    public init(training shape: ConvolutionShape, on inputSize: ImageSize, seesLines: Bool = true) {
        self.init(shape, on: inputSize, seesLines: seesLines && shape.outputChannels > Self.fewOutputs)
    }

    /// Most outputs that always go faster by taps than by Winograd.
    private static let fewOutputs = 4

    /// Floats from one input row to the next that spare a pointwise convolution, or one by taps, a copy of its input.
    ///
    /// Any other stride works too; activations that only such a convolution reads are best laid out like this.
    public static var rowStride: Int { ConvolutionBlock.rowStride }

    /// A plan for multiplying rows by a matrix: a 1 × 1 convolution of images of one pixel.
    public init(inputs: Int, outputs: Int) {
        self.init(
            .pointwise(inputChannels: inputs, outputChannels: outputs),
            on: ImageSize(height: 1, width: 1)
        )
    }

    /// Rows of the packed weight matrix.
    var weightRows: Int {
        switch route {
        case .direct: taps.count * shape.inputChannels
        case .byTaps: shape.inputChannels
        case .winograd(let tiling): tiling.weightRows
        }
    }

    /// Whether the convolution is Winograd's, so that what its taps see does not decide the last bits alone.
    public var usesWinograd: Bool { if case .winograd = route { true } else { false } }

    /// Columns of the packed weight matrix.
    var weightColumns: Int { route == .byTaps ? taps.count * shape.outputChannels : shape.outputChannels }

    /// Lays out `weights`, shape [kernel row][kernel column][input channel][output channel], and one bias per output.
    ///
    /// The bias defaults to zeros.
    public func pack(_ weights: [Float], bias: [Float]? = nil) -> PackedWeights {
        let bias = bias ?? Array(repeating: 0, count: shape.outputChannels)
        precondition(weights.count == shape.weightCount, "\(weights.count) weights for \(shape)")
        precondition(bias.count == shape.outputChannels, "\(bias.count) biases for \(shape.outputChannels) outputs")
        let packed = makePackedWeights()
        repack(packed, AlignedBuffer(weights), bias: AlignedBuffer(bias))
        return packed
    }

    /// By taps where its work per position comes to clearly less, counted in half-panels multiplied.
    ///
    /// Copying sixteen floats into the working memory costs about as much as multiplying four half-panels, adding a
    /// tap's products about eight.
    private static func chooseRoute(_ shape: ConvolutionShape, taps: Int) -> Route {
        let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
        let direct = taps * inputs * halfPanels(outputs) + taps * inputs / 4
        let byTaps = inputs * halfPanels(taps * outputs) + inputs / 4 + 8 * taps * halfPanels(outputs)
        return shape.stride == 1 && byTaps * 10 < direct * 9 ? .byTaps : .direct
    }

    private static func halfPanels(_ columns: Int) -> Int { (columns + 7) / 8 }
}
