// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Height and width of an image in pixels.
public struct ImageSize: Sendable, Hashable {
    /// Pixels from top to bottom.
    public var height: Int
    /// Pixels from left to right.
    public var width: Int

    /// A size of `height` × `width` pixels.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// Pixels in one image.
    public var pixels: Int { height * width }
}

/// Zero pixels that a convolution sees around an image; a negative number of rows below leaves the lowest ones out.
public struct Padding: Sendable, Hashable {
    /// Rows above.
    public var top: Int
    /// Columns to the left.
    public var left: Int
    /// Rows below.
    public var bottom: Int
    /// Columns to the right.
    public var right: Int

    /// Padding given side by side; each defaults to none.
    public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    /// The same padding on every side.
    public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
}

/// What a convolution is, apart from its weights and the image it runs on.
public struct ConvolutionShape: Sendable, Hashable {
    /// Rows of the kernel.
    public var kernelHeight: Int
    /// Columns of the kernel.
    public var kernelWidth: Int
    /// Input pixels from one output position to the next, in both directions.
    public var stride: Int
    /// Zeros around the image.
    public var padding: Padding
    /// Channels read.
    public var inputChannels: Int
    /// Channels written.
    public var outputChannels: Int

    /// Describes a convolution; stride 1 and no padding by default.
    public init(
        kernelHeight: Int,
        kernelWidth: Int,
        stride: Int = 1,
        padding: Padding = Padding(),
        inputChannels: Int,
        outputChannels: Int
    ) {
        precondition(kernelHeight > 0 && kernelWidth > 0 && stride > 0, "a kernel has at least one tap and one stride")
        precondition(inputChannels > 0 && outputChannels > 0, "a convolution reads and writes at least one channel")
        precondition(
            min(padding.top, padding.left, padding.right) >= 0,
            "padding is not negative but below"
        )
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
    }

    /// A 1 × 1 convolution: a matrix multiply of every pixel.
    public static func pointwise(inputChannels: Int, outputChannels: Int) -> ConvolutionShape {
        ConvolutionShape(
            kernelHeight: 1,
            kernelWidth: 1,
            inputChannels: inputChannels,
            outputChannels: outputChannels
        )
    }

    /// Number of weights: `kernelHeight · kernelWidth · inputChannels · outputChannels`.
    public var weightCount: Int { kernelHeight * kernelWidth * inputChannels * outputChannels }

    /// Size of the output for an image of size `input`.
    public func outputSize(for input: ImageSize) -> ImageSize {
        ImageSize(
            height: (input.height + padding.top + padding.bottom - kernelHeight) / stride + 1,
            width: (input.width + padding.left + padding.right - kernelWidth) / stride + 1
        )
    }
}
