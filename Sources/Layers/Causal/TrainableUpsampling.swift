// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// An ``UpsamplingConvolution`` in training.
public struct TrainableUpsampling: Sendable {
    /// Its weights.
    public let convolution: WeightNormConvolution
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
        let places = WeightNormFold.Places(
            base: product.offset,
            first: (0..<filters).map { 4 * $0 * filters },
            second: Array(0..<filters),
            taps: taps,
            biases: (0..<4).map { product.biasRange.lowerBound + $0 * filters }
        )
        let lengths: WeightNormFold.Lengths = norm == .input ? .firstAxis : .secondAxis
        let fold = WeightNormFold(layout, name, places, lengths: lengths, isByOutput: norm == .output)
        convolution = WeightNormConvolution(name, outputs: filters, folds: [fold], products: [product])
        parities = Parities(outputs: filters, size: size)
    }

    /// Computes the outputs (images, 2H, 2W, C); `parities`, (images, H, W, 4C), is written on the way.
    public func forward(_ output: RowView, _ parities: RowView, _ input: RowView, _ workspace: TrainingWorkspace) {
        convolution.forward(parities, input, workspace)
        let size = self.parities.size
        for line in 0..<input.rows / size.width {
            let (image, row) = line.quotientAndRemainder(dividingBy: size.height)
            self.parities.spread(output, parities, image: image, pixels: row * size.width..<(row + 1) * size.width)
        }
    }

    /// Overwrites the gradients of the input and in the effective vector's; `parities` is written on the way.
    public func backward(
        _ inputGradient: RowView,
        outputGradient: RowView,
        _ parities: RowView,
        _ input: RowView,
        _ effectiveGradient: AlignedBuffer,
        _ workspace: TrainingWorkspace
    ) {
        self.parities.gather(parities, outputGradient)
        convolution.backward(inputGradient, outputGradient: parities, input, effectiveGradient, workspace)
    }
}
