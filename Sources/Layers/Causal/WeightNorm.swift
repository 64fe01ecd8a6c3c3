// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Weight normalisation: a weight as a length g for each slice of one axis, and a direction V/‖V‖ (Salimans, Kingma
/// 2016).
///
/// It exists at load alone: the product g·V/‖V‖ is computed in double precision and packed.
public enum WeightNorm {
    /// Which slices of a transposed convolution's weight have a length of their own.
    public enum Axis: String, Hashable, Sendable, CaseIterable {
        /// One length for each output channel, as in the published PixelCNN++.
        case output
        /// One length for each input channel, as PyTorch's `weight_norm` does by default.
        case input
    }

    /// The parameters `v` of that shape, `g` along `axis`, and the `bias` of the outputs.
    public static func parameters(_ shape: [Int], axis: Int = 0, outputs: Int) -> [ParameterSpec] {
        [ParameterSpec("v", shape), ParameterSpec("g", [shape[axis]]), ParameterSpec("bias", [outputs])]
    }

    /// g·V/‖V‖ in the order of V, the lengths along `axis`, sums of squares in that order.
    static func weight(_ parameters: ParameterSet, axis: Int = 0) -> [Double] {
        let (direction, length) = (parameters["v"], parameters["g"].values)
        let inner = direction.shape[(axis + 1)...].reduce(1, *)
        let extent = direction.shape[axis]
        var squares = [Double](repeating: 0, count: extent)
        for (index, value) in direction.values.enumerated() {
            squares[index / inner % extent] += Double(value) * Double(value)
        }
        let scale = zip(length, squares).map { Double($0) / $1.squareRoot() }
        return direction.values.enumerated().map { Double($1) * scale[$0 / inner % extent] }
    }
}
