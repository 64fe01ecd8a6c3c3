// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How a convolution's gradients are computed on images of one size: that of its input, and that of its weights.
///
/// The input's gradient is itself a convolution, by the kernel flipped, of the output's gradient; with a stride, its
/// products by taps are spread over the pixels that were read. The weights' gradient is a sum over pixels of products
/// of what the convolution read and the gradient of what it wrote.
public struct ConvolutionGradient: Sendable {
    /// The convolution.
    public let shape: ConvolutionShape
    /// Size of the images that the convolution reads.
    public let inputSize: ImageSize
    /// Size of the images that it writes.
    public let outputSize: ImageSize

    /// The convolution that turns the output's gradient into the input's.
    let transposed: ConvolutionPlan
    let weights: WeightGradientPlan

    /// Plans the gradients of `shape` on images of `inputSize`.
    public init(_ shape: ConvolutionShape, on inputSize: ImageSize) {
        self.shape = shape
        self.inputSize = inputSize
        let geometry = TapGeometry(shape, on: inputSize)
        outputSize = geometry.outputSize
        let (top, left) = (shape.kernelHeight - 1 - shape.padding.top, shape.kernelWidth - 1 - shape.padding.left)
        let flipped = ConvolutionShape(
            kernelHeight: shape.kernelHeight,
            kernelWidth: shape.kernelWidth,
            padding: Padding(
                top: top,
                left: left,
                bottom: inputSize.height - outputSize.height + shape.kernelHeight - 1 - top,
                right: inputSize.width - outputSize.width + shape.kernelWidth - 1 - left
            ),
            inputChannels: shape.outputChannels,
            outputChannels: shape.inputChannels
        )
        // Nothing depends on a gradient's last bits but the weights themselves, hence Winograd wherever it saves work.
        transposed =
            shape.stride == 1
            ? ConvolutionPlan(training: flipped, on: outputSize)
            : ConvolutionPlan(inputGradient: flipped, of: geometry)
        weights = WeightGradientPlan(geometry)
    }

    /// Floats of working memory that one call needs; calls on different threads need one buffer each.
    public var scratchCount: Int { max(transposed.scratchCount, weights.scratchCount) }

    /// Room for the weights as the input's gradient needs them.
    public func makePackedWeights() -> PackedWeights { transposed.makePackedWeights() }

    /// Overwrites them by the weights that begin at `offset`, shape [kernel row][kernel column][input][output].
    ///
    /// - Parameters:
    ///   - packed: What ``makePackedWeights()`` made.
    ///   - weights: The convolution's weights.
    ///   - offset: Where they begin.
    public func repack(_ packed: PackedWeights, _ weights: AlignedBuffer, at offset: Int = 0) {
        precondition(offset >= 0 && offset + shape.weightCount <= weights.count, "too few weights for \(shape)")
        let taps = shape.kernelHeight * shape.kernelWidth
        let size = shape.inputChannels * shape.outputChannels
        // Vectors are read to their end.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: shape.weightCount + AlignedBuffer.slack) { flipped in
            guard let flipped = flipped.baseAddress else { return }
            for tap in 0..<taps {
                let transpose = MatrixTranspose(
                    source: weights.pointer + offset + tap * size,
                    rows: shape.inputChannels,
                    columns: shape.outputChannels,
                    stride: shape.outputChannels,
                    targetStride: shape.inputChannels
                )
                transpose.copy(to: flipped + (taps - 1 - tap) * size)
            }
            transposed.pack(packed, flipped)
        }
        withExtendedLifetime((packed, weights)) {}
    }
}
