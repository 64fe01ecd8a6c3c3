// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A weight-normalised transposed convolution of stride 2 that doubles height and width and sees nothing it must not.
///
/// Of the full result, y[2r + a, 2c + b] = Σ weight[a, b]·x[r, c], the lines and columns beyond the doubled image are
/// cut off, and with a shift down also the first column (PixelCNN++, `deconv2d` with its crops). Every output parity
/// reads one or two inputs of one line, so it is computed as an ordinary convolution with four times the outputs, then
/// spread out.
public struct UpsamplingConvolution: Sendable {
    private let convolution: PartialConvolution
    private let parities: Parities

    /// The parameters of a kernel of two rows and, with a shift down, three columns, otherwise two.
    public static func parameters(
        inputs: Int,
        outputs: Int,
        shift: ShiftedConvolution.Shift,
        norm: WeightNorm.Axis
    ) -> [ParameterSpec] {
        WeightNorm.parameters([inputs, outputs, 2, columns(shift)], axis: axis(norm), outputs: outputs)
    }

    /// Takes its parameters from `parameters`, for input images of `size`.
    public init(
        _ parameters: ParameterSet,
        shift: ShiftedConvolution.Shift,
        norm: WeightNorm.Axis,
        size: ImageSize
    ) {
        let weight = WeightNorm.weight(parameters, axis: Self.axis(norm))
        let (inputs, outputs) = (parameters["v"].shape[0], parameters["v"].shape[1])
        let shape = Self.shape(inputs: inputs, outputs: outputs, shift)
        let columns = Self.columns(shift)
        var packed = [Float](repeating: 0, count: shape.weightCount)
        for (tap, right, column) in Self.placements(shift) {
            for input in 0..<inputs {
                for output in 0..<outputs {
                    for below in 0..<2 {
                        let value = weight[((input * outputs + output) * 2 + below) * columns + column]
                        packed[((tap * inputs + input) * 4 + 2 * below + right) * outputs + output] = Float(value)
                    }
                }
            }
        }
        let bias = Array([[Float]](repeating: parameters["bias"].values, count: 4).joined())
        convolution = PartialConvolution(shape, weights: packed, bias: bias, on: size)
        parities = Parities(outputs: outputs, size: size)
    }

    /// The convolution that computes the parities.
    static func shape(inputs: Int, outputs: Int, _ shift: ShiftedConvolution.Shift) -> ConvolutionShape {
        let taps = shift == .down ? 2 : 1
        return ConvolutionShape(
            kernelHeight: 1,
            kernelWidth: taps,
            padding: Padding(right: taps - 1),
            inputChannels: inputs,
            outputChannels: 4 * outputs
        )
    }

    /// Where the kernel's columns act: input c + `tap` through `column` on output 2c + `right`.
    static func placements(_ shift: ShiftedConvolution.Shift) -> [(tap: Int, right: Int, column: Int)] {
        shift == .down ? [(0, 0, 1), (0, 1, 2), (1, 1, 0)] : [(0, 0, 0), (0, 1, 1)]
    }

    static func columns(_ shift: ShiftedConvolution.Shift) -> Int { shift == .down ? 3 : 2 }
    private static func axis(_ norm: WeightNorm.Axis) -> Int { norm == .input ? 0 : 1 }

    /// The memory that a call on that many images needs.
    public func demand(images: Int) -> Workspace.Demand { convolution.demand(images: images) }

    /// Computes the outputs (images, 2H, 2W, C) of the `pixels`, whole lines or one, of each input image.
    ///
    /// `parities` is (images, H, W, 4C), written on the way. Also writes `activated`, the concatenated ELU of the
    /// outputs.
    public func forward(
        _ output: RowView,
        _ activated: RowView,
        parities: RowView,
        _ input: RowView,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        convolution.forward(parities, input, pixels: pixels, workspace)
        let size = convolution.inputSize
        for image in 0..<input.rows / size.pixels {
            var start = pixels.lowerBound
            while start < pixels.upperBound {
                let end = min(pixels.upperBound, (start / size.width + 1) * size.width)
                self.parities.spread(output, parities, image: image, pixels: start..<end) { rows in
                    workspace.kernels.concatenatedELU(output.rows(rows), into: activated.rows(rows))
                }
                start = end
            }
        }
    }
}

/// An ``UpsamplingConvolution`` in training.
public struct TrainableUpsamplingConvolution: Sendable {
    /// Its weights.
    public let convolution: TrainableWeightNormConvolution
    private let parities: Parities

    /// The layer of the parameters called `name` in `layout`, for input images of `size`; extends `end`.
    public init(
        _ layout: ParameterLayout,
        _ name: String,
        filters: Int,
        shift: ShiftedConvolution.Shift,
        norm: WeightNorm.Axis,
        size: ImageSize,
        at end: inout Int
    ) {
        let shape = UpsamplingConvolution.shape(inputs: filters, outputs: filters, shift)
        let product = TrainableConvolution(shape, on: size, at: end)
        end += product.effectiveCount
        let columns = UpsamplingConvolution.columns(shift)
        var taps = [Int](repeating: 0, count: 2 * columns)
        for (tap, right, column) in UpsamplingConvolution.placements(shift) {
            for below in 0..<2 {
                taps[below * columns + column] = (tap * filters * 4 + 2 * below + right) * filters
            }
        }
        let places = TrainableWeightNorm.Places(
            base: product.offset,
            first: (0..<filters).map { 4 * $0 * filters },
            second: Array(0..<filters),
            taps: taps,
            biases: (0..<4).map { product.biasRange.lowerBound + $0 * filters }
        )
        let lengths: TrainableWeightNorm.Lengths = norm == .input ? .firstAxis : .secondAxis
        let fold = TrainableWeightNorm(layout, name, places, lengths: lengths, isByOutput: norm == .output)
        convolution = TrainableWeightNormConvolution(name, outputs: filters, folds: [fold], products: [product])
        parities = Parities(outputs: filters, size: size)
    }

    /// Computes the outputs (images, 2H, 2W, C); `parities`, (images, H, W, 4C), is written on the way.
    public func forward(_ output: RowView, parities: RowView, _ input: RowView, _ workspace: TrainingWorkspace) {
        convolution.forward(parities, input, workspace)
        let size = self.parities.size
        for line in 0..<input.rows / size.width {
            let (image, row) = line.quotientAndRemainder(dividingBy: size.height)
            self.parities.spread(output, parities, image: image, pixels: row * size.width..<(row + 1) * size.width)
        }
    }

    /// Overwrites the input's gradient and writes the effective vector's; `parities` is written on the way.
    public func backward(
        _ inputGradient: RowView,
        outputGradient: RowView,
        parities: RowView,
        _ input: RowView,
        _ pass: BackwardPass
    ) {
        self.parities.gather(parities, outputGradient)
        convolution.backward(inputGradient, outputGradient: parities, input, pass)
    }
}
