// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How the gradient of a convolution's weights is computed: a product of turned rows and gathered columns.
///
/// Pixels are summed over in blocks of at most ``depth``. Either side may be the turned one; the shape decides which.
struct WeightGradientPlan: Sendable {
    /// The side whose channels become the rows of the product.
    enum Rows: Sendable {
        /// Rows are input channels, columns [tap][output channel], summed over input pixels.
        case inputs
        /// Rows are output channels, columns [tap][input channel], summed over output pixels.
        case outputs
    }

    let rows: Rows
    let taps: Int
    /// Of each pixel summed over and each tap: the pixel of the other side, or -1 where there is none.
    let sources: [Int32]
    /// Channels of the turned side and of the gathered one.
    let (turned, gathered): (Int, Int)
    /// Pixels of one image of the turned side and of the gathered one.
    let (turnedPixels, gatheredPixels): (Int, Int)
    /// Whether the product lies as the weights do, and nothing is gathered but pixels in order.
    let isPointwise: Bool
    let zeros: AlignedBuffer
    /// The way by tiles of a line, for images enough; nil where it saves no work.
    let tiles: WeightGradientTiles?

    /// Most pixels multiplied at once: as many as a chain has between two visits to memory.
    static let depth = 256

    init(_ shape: ConvolutionShape, inputSize: ImageSize, outputSize: ImageSize) {
        taps = shape.kernelHeight * shape.kernelWidth
        let isPointwise = taps == 1 && shape.stride == 1 && inputSize == outputSize
        let rows = isPointwise ? .inputs : Self.rows(shape, inputSize.pixels, outputSize.pixels)
        let ofOutputs = Self.sources(shape, inputSize, outputSize)
        switch rows {
        case .inputs:
            (turned, gathered) = (shape.inputChannels, shape.outputChannels)
            (turnedPixels, gatheredPixels) = (inputSize.pixels, outputSize.pixels)
            sources = Self.inverse(ofOutputs, taps: taps, inputPixels: inputSize.pixels)
        case .outputs:
            (turned, gathered) = (shape.outputChannels, shape.inputChannels)
            (turnedPixels, gatheredPixels) = (outputSize.pixels, inputSize.pixels)
            sources = ofOutputs
        }
        self.rows = rows
        self.isPointwise = isPointwise
        zeros = AlignedBuffer(count: max(taps * gathered, Self.depth) + 16)
        tiles = WeightGradientTiles(shape, inputSize: inputSize, outputSize: outputSize)
    }

    /// Columns of the product.
    var columns: Int { taps * gathered }
    var panelCount: Int { (columns + 15) / 16 }

    /// Floats of the turned block, of the panels, and of the product.
    var turnedCount: Int { turned * ConvolutionBlock.rowStride }
    var panelsCount: Int { panelCount * Self.depth * 16 }
    var productCount: Int { isPointwise ? 0 : turned * columns }

    var scratchCount: Int {
        let direct = ConvolutionBlock.scratchCount + turnedCount + panelsCount + productCount + AlignedBuffer.slack
        return max(direct, tiles?.scratchCount ?? 0)
    }

    /// The side whose choice comes to less work, in vectors multiplied or copied for one image.
    private static func rows(_ shape: ConvolutionShape, _ inputPixels: Int, _ outputPixels: Int) -> Rows {
        let taps = shape.kernelHeight * shape.kernelWidth
        func work(_ pixels: Int, turned: Int, gathered: Int) -> Int {
            let vectors = (taps * gathered + 15) / 16
            return pixels * (turned * vectors + 4 * vectors + turned / 2)
        }
        let inputs = work(inputPixels, turned: shape.inputChannels, gathered: shape.outputChannels)
        let outputs = work(outputPixels, turned: shape.outputChannels, gathered: shape.inputChannels)
        // The product of outputs has to be turned once more, for some images at once.
        return inputs <= outputs + shape.weightCount / 8 ? .inputs : .outputs
    }

    /// The input pixel that each output pixel reads at each tap, or -1.
    private static func sources(_ shape: ConvolutionShape, _ input: ImageSize, _ output: ImageSize) -> [Int32] {
        var sources: [Int32] = []
        for pixel in 0..<output.pixels {
            let (row, column) = (pixel / output.width * shape.stride, pixel % output.width * shape.stride)
            for tap in 0..<shape.kernelHeight * shape.kernelWidth {
                let y = row + tap / shape.kernelWidth - shape.padding.top
                let x = column + tap % shape.kernelWidth - shape.padding.left
                let isInside = 0..<input.height ~= y && 0..<input.width ~= x
                sources.append(isInside ? Int32(y * input.width + x) : -1)
            }
        }
        return sources
    }

    /// The output pixel that reads each input pixel at each tap, or -1.
    private static func inverse(_ sources: [Int32], taps: Int, inputPixels: Int) -> [Int32] {
        var inverse = [Int32](repeating: -1, count: inputPixels * taps)
        for (index, source) in sources.enumerated() where source >= 0 {
            inverse[Int(source) * taps + index % taps] = Int32(index / taps)
        }
        return inverse
    }
}
