// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// How a convolution's gradients are computed on images of one size: that of its input, and that of its weights.
///
/// The input's gradient is itself a convolution, by the kernel turned around, of the output's gradient; with a stride, of
/// that gradient with zeros between its pixels. The weights' gradient is a product of two matrices with the pixels between
/// them: one side is turned so that its channels are rows, the other is gathered tap by tap.
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
        let outputSize = shape.outputSize(for: inputSize)
        self.outputSize = outputSize
        let spread = ImageSize(
            height: (outputSize.height - 1) * shape.stride + 1,
            width: (outputSize.width - 1) * shape.stride + 1
        )
        let (top, left) = (shape.kernelHeight - 1 - shape.padding.top, shape.kernelWidth - 1 - shape.padding.left)
        let turned = ConvolutionShape(
            kernelHeight: shape.kernelHeight,
            kernelWidth: shape.kernelWidth,
            padding: Padding(
                top: top,
                left: left,
                bottom: inputSize.height - spread.height + shape.kernelHeight - 1 - top,
                right: inputSize.width - spread.width + shape.kernelWidth - 1 - left
            ),
            inputChannels: shape.outputChannels,
            outputChannels: shape.inputChannels
        )
        // Nothing depends on a gradient's last bits but the weights themselves, hence tiles wherever they save work.
        transposed = ConvolutionPlan(turned, on: spread, seesLines: true)
        weights = WeightGradientPlan(shape, inputSize: inputSize, outputSize: outputSize)
    }

    /// Floats of working memory that one call needs; calls on different threads need one buffer each.
    public var scratchCount: Int { max(transposed.scratchCount + spreadCount, weights.scratchCount) }

    /// Floats of one image of the output's gradient with zeros between its pixels; none without a stride.
    var spreadCount: Int {
        shape.stride == 1 ? 0 : transposed.inputSize.pixels * shape.outputChannels + AlignedBuffer.slack
    }

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
        let turned = AlignedBuffer(count: shape.weightCount)
        let size = shape.inputChannels * shape.outputChannels
        for tap in 0..<taps {
            MatrixTurn.copy(
                from: weights.pointer + offset + tap * size,
                rows: shape.inputChannels,
                columns: shape.outputChannels,
                stride: shape.outputChannels,
                to: turned.pointer + (taps - 1 - tap) * size,
                targetStride: shape.inputChannels
            )
        }
        transposed.repack(packed, turned)
        withExtendedLifetime((weights, turned)) {}
    }
}

/// Rows and columns exchanged, in blocks of four by four.
enum MatrixTurn {
    /// `target[column][row] = source[row][column]`.
    static func copy(
        from source: UnsafePointer<Float>,
        rows: Int,
        columns: Int,
        stride: Int,
        to target: UnsafeMutablePointer<Float>,
        targetStride: Int
    ) {
        for row in Swift.stride(from: 0, to: rows & ~3, by: 4) {
            copyFour(from: source + row * stride, columns: columns, stride: stride, to: target + row, targetStride)
        }
        for row in rows & ~3..<rows {
            for column in 0..<columns { target[column * targetStride + row] = source[row * stride + column] }
        }
    }

    private static func copyFour(
        from source: UnsafePointer<Float>,
        columns: Int,
        stride: Int,
        to target: UnsafeMutablePointer<Float>,
        _ targetStride: Int
    ) {
        for column in Swift.stride(from: 0, to: columns & ~3, by: 4) {
            func row(_ index: Int) -> SIMD4<Float> {
                UnsafeRawPointer(source + index * stride + column).loadUnaligned(as: SIMD4<Float>.self)
            }
            let (a, b, c, d) = (row(0), row(1), row(2), row(3))
            let low = SIMD4(a.x, b.x, c.x, d.x), second = SIMD4(a.y, b.y, c.y, d.y)
            let third = SIMD4(a.z, b.z, c.z, d.z), last = SIMD4(a.w, b.w, c.w, d.w)
            let place = UnsafeMutableRawPointer(target + column * targetStride)
            let step = targetStride * MemoryLayout<Float>.stride
            place.storeBytes(of: low, as: SIMD4<Float>.self)
            place.storeBytes(of: second, toByteOffset: step, as: SIMD4<Float>.self)
            place.storeBytes(of: third, toByteOffset: 2 * step, as: SIMD4<Float>.self)
            place.storeBytes(of: last, toByteOffset: 3 * step, as: SIMD4<Float>.self)
        }
        for column in columns & ~3..<columns {
            for row in 0..<4 { target[column * targetStride + row] = source[row * stride + column] }
        }
    }
}
