// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A weight-normalised convolution that reads nothing below a pixel, or nothing below and to the right of it.
///
/// Zeros surround the image so that, with stride 1, it keeps its size (PixelCNN++, section 2.1). A 1×1 kernel is a
/// product of each pixel by itself.
public struct ShiftedConvolution: Sendable {
    /// What an output pixel sees of its own line.
    public enum Shift: Sendable {
        /// Its columns and as many to either side: zeros above, left and right.
        case down
        /// Its column and those to the left: zeros above and left.
        case downRight
    }

    private let convolution: PartialConvolution

    /// The parameters of a convolution by a kernel of rows × columns.
    public static func parameters(inputs: Int, outputs: Int, kernel: ImageSize) -> [ParameterSpec] {
        WeightNorm.parameters([outputs, inputs, kernel.height, kernel.width], outputs: outputs)
    }

    /// Zeros around the image so that nothing below, or to the right where the shift forbids it, is read.
    static func shape(inputs: Int, outputs: Int, kernel: ImageSize, _ shift: Shift, stride: Int) -> ConvolutionShape {
        let side = shift == .down ? (kernel.width - 1) / 2 : kernel.width - 1
        return ConvolutionShape(
            kernelHeight: kernel.height,
            kernelWidth: kernel.width,
            stride: stride,
            padding: Padding(top: kernel.height - 1, left: side, right: shift == .down ? side : 0),
            inputChannels: inputs,
            outputChannels: outputs
        )
    }

    /// Takes its parameters from `parameters`, for images of `size`.
    public init(_ parameters: ParameterSet, shift: Shift, stride: Int = 1, size: ImageSize) {
        let shape = parameters["v"].shape
        self.init(
            WeightNorm.weight(parameters),
            shape: shape,
            inputs: Array(0..<shape[1]),
            bias: parameters["bias"].values,
            shift: shift,
            stride: stride,
            size: size
        )
    }

    /// Uses of `weight`, shape [outputs][inputs][rows][columns], the input channels `inputs` alone.
    init(
        _ weight: [Double],
        shape: [Int],
        inputs: [Int],
        bias: [Float],
        shift: Shift,
        stride: Int = 1,
        size: ImageSize
    ) {
        let (outputs, kernelHeight, kernelWidth) = (shape[0], shape[2], shape[3])
        let taps = kernelHeight * kernelWidth
        var packed = [Float](repeating: 0, count: taps * inputs.count * outputs)
        for output in 0..<outputs {
            for (position, input) in inputs.enumerated() {
                for tap in 0..<taps {
                    let value = weight[(output * shape[1] + input) * taps + tap]
                    packed[(tap * inputs.count + position) * outputs + output] = Float(value)
                }
            }
        }
        let kernel = ImageSize(height: kernelHeight, width: kernelWidth)
        let convolution = Self.shape(inputs: inputs.count, outputs: outputs, kernel: kernel, shift, stride: stride)
        // A 1×1 product of the u stream is also taken pixel by pixel.
        let reach: PartialConvolution.Reach =
            shift == .downRight ? .linesAbove : kernelWidth > 1 ? .lines : .taps
        self.convolution = PartialConvolution(convolution, weights: packed, bias: bias, on: size, reach: reach)
    }

    /// The memory that a call on that many images needs.
    public func demand(images: Int) -> Workspace.Demand { convolution.demand(images: images) }

    /// The convolution of input (images, H, W, C) at the output's `pixels` of every image: whole lines, or one pixel.
    public func forward(
        _ output: RowView,
        _ input: RowView,
        pixels: Range<Int>,
        accumulating: Bool = false,
        _ workspace: Workspace
    ) {
        convolution.forward(output, input, pixels: pixels, accumulating: accumulating, workspace)
    }
}

extension TrainableWeightNormConvolution {
    /// A ``ShiftedConvolution`` in training.
    ///
    /// - Parameters:
    ///   - layout: Holds its parameters.
    ///   - name: Their scope.
    ///   - inputs: Channels read.
    ///   - outputs: Channels written.
    ///   - kernel: Rows and columns of the kernel.
    ///   - shift: What an output sees of its own line.
    ///   - stride: 1 or 2.
    ///   - size: Size of the images read.
    ///   - initialScale: Deviation that data-dependent initialisation gives its outputs.
    ///   - isBehindDropout: Whether its input has been through dropout.
    ///   - end: End of the effective vector so far, which it extends.
    public init(
        _ layout: ParameterLayout,
        _ name: String,
        inputs: Int,
        outputs: Int,
        kernel: ImageSize,
        shift: ShiftedConvolution.Shift,
        stride: Int = 1,
        size: ImageSize,
        initialScale: Double = 1,
        isBehindDropout: Bool = false,
        at end: inout Int
    ) {
        let shape = ShiftedConvolution.shape(inputs: inputs, outputs: outputs, kernel: kernel, shift, stride: stride)
        // The last bits of an activation in training may depend on anything, hence Winograd wherever it saves work.
        let product = TrainableConvolution(shape, on: size, at: end)
        end += product.effectiveCount
        let places = TrainableWeightNorm.Places(
            base: product.offset,
            first: Array(0..<outputs),
            second: (0..<inputs).map { $0 * outputs },
            taps: (0..<kernel.pixels).map { $0 * inputs * outputs },
            biases: [product.biasRange.lowerBound]
        )
        self.init(
            name,
            initialScale: initialScale,
            folds: [TrainableWeightNorm(layout, name, places, lengths: .firstAxis, isByOutput: true)],
            products: [product],
            isBehindDropout: isBehindDropout
        )
    }
}
