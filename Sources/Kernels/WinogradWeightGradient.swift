// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How the gradient of a convolution's weights is computed by Winograd's algorithm.
///
/// Winograd's convolution takes outputs from a tile's inputs d and a filter g as Aᵀ(Gg ⊙ Bᵀd). It is linear in g, so
/// that the gradient of g is Gᵀ(Ae ⊙ Bᵀd), e being that of the outputs: at each of a tile's positions a product of
/// matrices with the tiles between them, in all half of the direct product's work for three taps, five eighths of it
/// for two.
struct WinogradWeightGradient: Sendable {
    let tiling: WinogradTiling
    let shape: ConvolutionShape
    let inputSize: ImageSize
    let outputSize: ImageSize
    let zeros: AlignedBuffer

    /// Tiles multiplied at once: as many as a chain has between two visits to memory.
    static let depth = 256
    /// Fewest tiles that are worth the transformation of the products.
    static let leastTiles = 48

    /// The plan for a shape that takes clearly less work so; nil for others.
    init?(_ shape: ConvolutionShape, inputSize: ImageSize, outputSize: ImageSize) {
        // Fewer channels leave most lanes of the transforms, and most rows of the register tiles, idle.
        guard shape.inputChannels >= 4, shape.outputChannels >= 16, let tiling = WinogradTiling(shape, on: outputSize)
        else {
            return nil
        }
        let (channels, halfPanels) = (shape.inputChannels, (shape.outputChannels + 7) / 8)
        // In half-vectors multiplied for four pixels, as ``WeightGradientPlan`` counts them.
        let work = WeightGradientPlan.work(shape, inputSize.pixels, outputSize.pixels)
        let direct = 4 * min(work.inputs, work.outputs) / outputSize.pixels
        let products = tiling.positions * (tiling.kernelRows * channels * halfPanels + 4 * halfPanels + channels / 4)
        guard products * 10 < direct * 9, tiling.tiles * tiling.kernelRows <= Self.depth else { return nil }
        self.tiling = tiling
        self.shape = shape
        self.inputSize = inputSize
        self.outputSize = outputSize
        zeros = AlignedBuffer(count: max(shape.inputChannels, shape.outputChannels) + 16)
    }

    /// Whether that many images have tiles enough.
    func suits(images: Int) -> Bool { images * outputSize.height * tiling.tiles >= Self.leastTiles }

    /// Floats from one tile's gradients to the next one's: no power of two, so that tiles do not share cache sets.
    var gradientStride: Int { tiling.productStride + 16 }

    /// Floats of one position of the inputs, of the gradients, and of the products.
    var inputCount: Int { Self.depth * ConvolutionBlock.rowStride }
    var gradientCount: Int { Self.depth * gradientStride }
    var productCount: Int { tiling.kernelRows * tiling.channels * tiling.productStride }

    var scratchCount: Int {
        let positions = tiling.positions * (inputCount + gradientCount + productCount)
        return ConvolutionBlock.edgeCount + positions + AlignedBuffer.slack
    }

    /// Images and lines that are multiplied together, of that many images.
    func blocks(images: Int) -> [(images: Range<Int>, lines: Range<Int>)] {
        let (height, overlap) = (outputSize.height, tiling.kernelRows - 1)
        let imagesTogether = max(1, Self.depth / (tiling.tiles * (height + overlap)))
        let linesTogether = min(height, Self.depth / (tiling.tiles * imagesTogether) - overlap)
        return stride(from: 0, to: images, by: imagesTogether).flatMap { image in
            stride(from: 0, to: height, by: linesTogether).map { line in
                (image..<min(image + imagesTogether, images), line..<min(line + linesTogether, height))
            }
        }
    }
}
