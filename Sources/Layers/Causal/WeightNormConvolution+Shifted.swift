// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

extension WeightNormConvolution {
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
        let places = WeightNormFold.Places(
            base: product.offset,
            first: Array(0..<outputs),
            second: (0..<inputs).map { $0 * outputs },
            taps: (0..<kernel.pixels).map { $0 * inputs * outputs },
            biases: [product.biasRange.lowerBound]
        )
        self.init(
            name,
            initialScale: initialScale,
            folds: [WeightNormFold(layout, name, places, lengths: .firstAxis, isByOutput: true)],
            products: [product],
            isBehindDropout: isBehindDropout
        )
    }

    /// The products of a gated block's inputs from beside it, each of `filters` channels before its concatenated ELU.
    ///
    /// celu([a, b]) = elu([a, b, −a, −b]) interleaves what celu a and celu b hold apart.
    init(
        _ layout: ParameterLayout,
        _ name: String,
        skips: Int,
        filters: Int,
        size: ImageSize,
        at end: inout Int
    ) {
        let shape = ConvolutionShape.pointwise(inputChannels: 2 * filters, outputChannels: filters)
        let start = end
        let products = (0..<skips).map { _ in
            let product = TrainableConvolution(shape, on: size, at: end)
            end += product.effectiveCount
            return product
        }
        let places = WeightNormFold.Places(
            base: start,
            first: Array(0..<filters),
            second: (0..<2 * skips * filters).map { channel in
                let (sign, place) = channel.quotientAndRemainder(dividingBy: skips * filters)
                let product = products[place / filters]
                return product.offset - start + (sign * filters + place % filters) * filters
            },
            taps: [0],
            biases: [products[0].biasRange.lowerBound]
        )
        let fold = WeightNormFold(layout, name, places, lengths: .firstAxis, isByOutput: true)
        self.init(name, folds: [fold], products: products)
    }
}
