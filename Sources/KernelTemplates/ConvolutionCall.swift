// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Everything one convolution over a range of output positions needs: pointers, sizes and flags.
///
/// A matrix multiply is the convolution with one tap. Output position `p` of image `i` is the row
/// `bias + Σ_tap Σ_channel x(i, source(p, tap), channel) · w(tap, channel, ·)`, one chain of fused multiply-adds per
/// element in exactly that order, beginning from the bias (plus the old output when `accumulates`).
public struct ConvolutionCall {
    /// First float of the first image's first pixel.
    public var input: UnsafePointer<Float>
    /// Floats from one input pixel to the next.
    public var inputStride: Int
    /// Input pixels per image.
    public var inputPixels: Int
    /// Channels read at each tap.
    public var channels: Int
    /// Input pixel of each (output position, tap), or -1 outside the image.
    public var sources: UnsafePointer<Int32>
    /// Number of taps.
    public var taps: Int
    /// At least `channels + 16` zeros, read where a tap lies outside.
    public var zeros: UnsafePointer<Float>
    /// Weights in panels of sixteen columns: [panel][tap · channel][16].
    public var weights: UnsafePointer<Float>
    /// Output columns.
    public var columns: Int
    /// One float per column, padded with zeros to whole vectors.
    public var bias: UnsafePointer<Float>
    /// First float of the first image's first output position.
    public var output: UnsafeMutablePointer<Float>
    /// Floats from one output position to the next.
    public var outputStride: Int
    /// Output positions per image.
    public var outputPixels: Int
    /// First output position computed in each image.
    public var firstPixel: Int
    /// Output positions computed in each image.
    public var pixelCount: Int
    /// Images.
    public var images: Int
    /// Whether the chain begins from the old output plus the bias.
    public var accumulates: Bool
    /// Whether negative results become zero.
    public var rectifies: Bool
    /// Whether the one tap of every output position is its own pixel.
    public var isPointwise: Bool
    /// Working memory, `ConvolutionBlock.scratchCount` floats.
    public var scratch: UnsafeMutablePointer<Float>

    /// Gathers the fields; see each for its meaning.
    public init(
        input: UnsafePointer<Float>,
        inputStride: Int,
        inputPixels: Int,
        channels: Int,
        sources: UnsafePointer<Int32>,
        taps: Int,
        zeros: UnsafePointer<Float>,
        weights: UnsafePointer<Float>,
        columns: Int,
        bias: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>,
        outputStride: Int,
        outputPixels: Int,
        firstPixel: Int,
        pixelCount: Int,
        images: Int,
        accumulates: Bool,
        rectifies: Bool,
        isPointwise: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.input = input
        self.inputStride = inputStride
        self.inputPixels = inputPixels
        self.channels = channels
        self.sources = sources
        self.taps = taps
        self.zeros = zeros
        self.weights = weights
        self.columns = columns
        self.bias = bias
        self.output = output
        self.outputStride = outputStride
        self.outputPixels = outputPixels
        self.firstPixel = firstPixel
        self.pixelCount = pixelCount
        self.images = images
        self.accumulates = accumulates
        self.rectifies = rectifies
        self.isPointwise = isPointwise
        self.scratch = scratch
    }
}
