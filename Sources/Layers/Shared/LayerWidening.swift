// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A layer that becomes wider and still computes the same: a copied output does what its source does, and of what an
/// input did, each of its copies does a share.
///
/// Shares are drawn, for every output and tap by themselves: copies with equal shares, or with shares that are in the
/// same proportion everywhere, would be given gradients in the same direction, and an optimiser like Adam, which does
/// not mind their lengths, would keep them equal for ever (Net2Net, §3.1, adds noise for this reason, and is not exact).
public struct LayerWidening: Sendable {
    private let inputs: ChannelMap
    private let outputs: ChannelMap
    private let draws: RandomStream

    /// A layer whose inputs and outputs are copied so; `draws` decide the shares.
    public init(inputs: ChannelMap, outputs: ChannelMap, _ draws: RandomStream) {
        self.inputs = inputs
        self.outputs = outputs
        self.draws = draws
    }

    /// The parameters `v`, `g` and `bias` of a layer with one length for each output (``WeightNorm``).
    ///
    /// Directions keep the size of their elements, on which the effect of an optimiser's step depends.
    ///
    /// - Parameters:
    ///   - former: The layer's parameters.
    ///   - isTransposed: Whether the first axis of `v` is that of the inputs, as in an upsampling.
    /// - Returns: The wider layer's, by name.
    public func weightNormalised(_ former: ParameterSet, isTransposed: Bool = false) -> [String: Tensor] {
        let (v, g) = (former["v"], former["g"].values)
        let (wide, shape) = weights(v, isTransposed: isTransposed)
        let taps = shape[2...].reduce(1, *)
        let formerSquares = Self.squares(v.values.map(Double.init), v.shape, isTransposed: isTransposed)
        let wideSquares = Self.squares(wide, shape, isTransposed: isTransposed)
        // Root mean squares of an output's elements before and after.
        let growth = (Double(inputs.count) / Double(inputs.former)).squareRoot()
        let scales = zip(outputs.sources, wideSquares).map { source, square in
            growth * (formerSquares[source] / square).squareRoot()
        }
        let lengths = zip(outputs.sources, wideSquares).map { source, square in
            Float(Double(g[source]) * (square / formerSquares[source]).squareRoot())
        }
        let scaled = wide.enumerated().map { index, value in
            let row = isTransposed ? index / taps % outputs.count : index / (taps * inputs.count)
            return Float(value * scales[row])
        }
        return [
            "v": Tensor(shape: shape, values: scaled), "g": Tensor(shape: [outputs.count], values: lengths),
            "bias": former["bias"].selecting(outputs.sources),
        ]
    }

    /// The parameters of a convolution whose normalisation has a number for each output (``ScaledConvolutionShape``):
    /// the names in `vectors` and `weight`.
    public func scaled(_ former: ParameterSet, vectors: [String]) -> [String: Tensor] {
        let (wide, shape) = weights(former["weight"], isTransposed: false)
        var tensors = ["weight": Tensor(shape: shape, values: wide.map { Float($0) })]
        for name in vectors { tensors[name] = former[name].selecting(outputs.sources) }
        return tensors
    }

    /// The elements of the wider weight, the copies' shares of one input adding up to what it was, and their shape.
    private func weights(_ former: Tensor, isTransposed: Bool) -> (values: [Double], shape: [Int]) {
        let taps = former.shape[2...].reduce(1, *)
        let (rows, columns) = isTransposed ? (inputs, outputs) : (outputs, inputs)
        let uniforms = draws.uniforms(rows.count * columns.count * taps)
        var values = [Double](repeating: 0, count: uniforms.count)
        var sums = [Double](repeating: 0, count: taps * inputs.former)
        for output in 0..<outputs.count {
            func place(_ input: Int) -> Int {
                (isTransposed ? input * columns.count + output : output * columns.count + input) * taps
            }
            for index in sums.indices { sums[index] = 0 }
            for (input, source) in inputs.sources.enumerated() {
                for tap in 0..<taps {
                    let share = 0.5 + Double(uniforms[place(input) + tap])
                    values[place(input) + tap] = share
                    sums[source * taps + tap] += share
                }
            }
            let formerOutput = outputs.sources[output]
            for (input, source) in inputs.sources.enumerated() {
                let row = isTransposed ? source * outputs.former + formerOutput : formerOutput * inputs.former + source
                for tap in 0..<taps {
                    let share = values[place(input) + tap] / sums[source * taps + tap]
                    values[place(input) + tap] = share * Double(former.values[row * taps + tap])
                }
            }
        }
        return (values, [rows.count, columns.count] + former.shape[2...])
    }

    /// Σ of the squares of each output's elements.
    private static func squares(_ values: [Double], _ shape: [Int], isTransposed: Bool) -> [Double] {
        let taps = shape[2...].reduce(1, *)
        let outputs = shape[isTransposed ? 1 : 0]
        var squares = [Double](repeating: 0, count: outputs)
        for (index, value) in values.enumerated() {
            squares[isTransposed ? index / taps % outputs : index / (taps * shape[1])] += value * value
        }
        return squares
    }
}
