// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How the gradient of a convolution's weights is computed: Σ input ⊗ output's gradient, over pixels.
///
/// One side is read where it lies. Of the other, what each pixel meets at every tap is gathered into a row.
struct WeightGradientPlan: Sendable {
    /// The side that is gathered.
    enum Gathered: Sendable {
        /// None: every pixel meets itself alone.
        case neither
        /// Rows are [tap][input channel], one for each output pixel; the product lies as the weights do.
        case inputs
        /// Rows are [tap][output channel], one for each input pixel; the product is transposed at the end.
        case outputs
    }

    let gathered: Gathered
    let taps: Int
    /// Of each pixel summed over and each tap: the pixel of the gathered side, or -1 where there is none.
    let sources: [Int32]
    /// Channels of the gathered side and of the other.
    let (gatheredChannels, otherChannels): (Int, Int)
    /// Pixels of one image of the gathered side and of the other.
    let (gatheredPixels, otherPixels): (Int, Int)
    let zeros: AlignedBuffer
    /// Winograd's way, for images enough; nil where it saves no work.
    let winograd: WinogradWeightGradient?

    /// Rows gathered at once; they stay in L2.
    static let depth = 128

    init(_ geometry: TapGeometry) {
        let (shape, inputSize, outputSize) = (geometry.shape, geometry.inputSize, geometry.outputSize)
        taps = geometry.allTaps.count
        gathered = Self.gathered(shape, inputSize, outputSize)
        if gathered == .outputs {
            (gatheredChannels, otherChannels) = (shape.outputChannels, shape.inputChannels)
            (gatheredPixels, otherPixels) = (outputSize.pixels, inputSize.pixels)
            sources = geometry.readers(of: Array(geometry.allTaps))
        } else {
            (gatheredChannels, otherChannels) = (shape.inputChannels, shape.outputChannels)
            (gatheredPixels, otherPixels) = (inputSize.pixels, outputSize.pixels)
            sources = geometry.sources(of: Array(geometry.allTaps))
        }
        zeros = AlignedBuffer(count: gatheredChannels + 16)
        winograd = WinogradWeightGradient(shape, inputSize: inputSize, outputSize: outputSize)
    }

    /// Columns of the gathered rows.
    var columns: Int { taps * gatheredChannels }
    /// Floats from one gathered row to the next; copying whole vectors may write beyond the last column.
    var gatheredStride: Int { (columns + 15) / 16 * 16 + 16 }

    /// Floats of the gathered rows, and of the product that is transposed.
    var gatheredCount: Int { gathered == .neither ? 0 : Self.depth * gatheredStride }
    private var productCount: Int { gathered == .outputs ? columns * otherChannels : 0 }

    var scratchCount: Int {
        let direct = ConvolutionBlock.edgeCount + gatheredCount + productCount + AlignedBuffer.slack
        return max(direct, winograd?.scratchCount ?? 0)
    }

    /// Half-vectors multiplied for one image, and those that copying takes the time of, the one or the other side
    /// gathered.
    static func work(_ shape: ConvolutionShape, _ inputPixels: Int, _ outputPixels: Int) -> (inputs: Int, outputs: Int)
    {
        let taps = shape.kernelHeight * shape.kernelWidth
        func work(_ pixels: Int, gathered: Int, other: Int) -> Int {
            pixels * taps * (gathered * ((other + 7) / 8) + 4 * ((gathered + 15) / 16))
        }
        return (
            work(outputPixels, gathered: shape.inputChannels, other: shape.outputChannels),
            work(inputPixels, gathered: shape.outputChannels, other: shape.inputChannels) + shape.weightCount / 2
        )
    }

    private static func gathered(_ shape: ConvolutionShape, _ input: ImageSize, _ output: ImageSize) -> Gathered {
        if shape.kernelHeight * shape.kernelWidth == 1 && shape.stride == 1 && input == output { return .neither }
        let work = work(shape, input.pixels, output.pixels)
        return work.inputs <= work.outputs ? .inputs : .outputs
    }
}
