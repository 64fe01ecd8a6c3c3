// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Weight normalisation: a weight as a length g for each slice of one axis, and a direction V/‖V‖ (Salimans, Kingma
/// 2016).
///
/// In inference it exists at load alone: the product g·V/‖V‖ is computed in double precision and packed.
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

/// ``WeightNorm`` in training: parameters become effective weights, and the weights' gradients those of parameters.
///
/// With a slice V of directions, w = factor·g·V/‖V‖. Every element of V acts at one place of the effective vector, and
/// the bias at one or more. Sums are in double precision, in the order of V.
struct TrainableWeightNorm: Sendable {
    /// Where V acts: its element (i, j, tap) at `base + first[i] + second[j] + taps[tap]` of the effective vector.
    struct Places: Sendable {
        var base: Int
        var first: [Int]
        var second: [Int]
        var taps: [Int]
        /// Where the biases begin.
        var biases: [Int]
        /// Whether the bias is added to weights, which lie at its place.
        var isBiasAdded = false
    }

    /// What the lengths stand for.
    enum Lengths: Sendable { case firstAxis, secondAxis }

    private let places: Places
    private let lengths: Lengths
    /// First slices, in eights, each of whose elements lie side by side in the effective vector.
    private let bundled: Int
    /// Whether slices are outputs, so that each output has a length of its own.
    private let isByOutput: Bool
    private let v: Range<Int>
    private let g: Range<Int>
    private let bias: Range<Int>

    /// The fold of the parameters called `name` in `layout`.
    init(_ layout: ParameterLayout, _ name: String, _ places: Places, lengths: Lengths, isByOutput: Bool) {
        self.places = places
        self.lengths = lengths
        self.isByOutput = isByOutput
        let first = places.first
        let isDense = lengths == .firstAxis && zip(first, first.dropFirst()).allSatisfy { $0 + 1 == $1 }
        bundled = isDense ? first.count & ~7 : 0
        v = layout.range("\(name).v")
        g = layout.range("\(name).g")
        bias = layout.range("\(name).bias")
        precondition(v.count == places.first.count * places.second.count * places.taps.count, "V has other extents")
        precondition(g.count == (lengths == .firstAxis ? places.first : places.second).count, "g has another extent")
    }

    /// Writes the effective weights and biases.
    func fold(_ parameters: AlignedBuffer, into effective: AlignedBuffer, factor: Double) {
        let scales = zip(g, squares(parameters)).map { factor * Double(parameters[$0]) / $1.squareRoot() }
        let (target, v) = (effective.pointer, parameters.pointer + v.lowerBound)
        forEachBundle { bundle in
            let scale = bundle.numbers(scales)
            bundle.forEachElement(places) { index, place in
                bundle.store(scale * bundle.gather(v, index), beside: target + place)
            }
        }
        forEachElement(from: bundled) { slice, index, place in target[place] = Float(Double(v[index]) * scales[slice]) }
        for place in places.biases {
            for (output, index) in bias.enumerated() {
                target[place + output] = (places.isBiasAdded ? target[place + output] : 0) + parameters[index]
            }
        }
        withExtendedLifetime((parameters, effective)) {}
    }

    /// Writes the gradients of the parameters, given those of the effective weights and biases.
    func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        at parameters: AlignedBuffer,
        factor: Double
    ) {
        let (dw, v) = (effectiveGradient.pointer, parameters.pointer + v.lowerBound)
        let (dv, squares) = (gradient.pointer + self.v.lowerBound, squares(parameters))
        var dots = [Double](repeating: 0, count: g.count)
        forEachBundle { bundle in
            var sum = SIMD8<Double>.zero
            bundle.forEachElement(places) { index, place in sum += bundle.beside(dw + place) * bundle.gather(v, index) }
            for lane in 0..<8 { dots[bundle.slice + lane] = sum[lane] }
        }
        forEachElement(from: bundled) { slice, index, place in dots[slice] += Double(dw[place]) * Double(v[index]) }
        let scales = zip(g, squares).map { factor * Double(parameters[$0]) / $1.squareRoot() }
        let shares = zip(dots, squares).map { $0 / $1 }
        forEachBundle { bundle in
            let (scale, share) = (bundle.numbers(scales), bundle.numbers(shares))
            bundle.forEachElement(places) { index, place in
                let slope = bundle.beside(dw + place) - share * bundle.gather(v, index)
                bundle.scatter(scale * slope, dv, index)
            }
        }
        forEachElement(from: bundled) { slice, index, place in
            dv[index] = Float(scales[slice] * (Double(dw[place]) - shares[slice] * Double(v[index])))
        }
        for (slice, index) in g.enumerated() {
            gradient[index] = Float(factor * dots[slice] / squares[slice].squareRoot())
        }
        for (output, index) in bias.enumerated() {
            gradient[index] = Float(places.biases.reduce(0.0) { $0 + Double(dw[$1 + output]) })
        }
        withExtendedLifetime((parameters, effectiveGradient, gradient)) {}
    }

    /// Changes lengths and biases so that outputs of those means and variances come to mean 0 and deviation `scale`.
    ///
    /// Where lengths belong to inputs, it is the mean of the variances that comes to `scale`².
    func normalise(_ parameters: AlignedBuffer, means: [Double], variances: [Double], scale: Double) {
        let mean = variances.reduce(0, +) / Double(variances.count)
        let variances = isByOutput ? variances : variances.map { _ in mean }
        // The published code's guard against constant outputs.
        let factors = variances.map { scale / ($0 + 1e-10).squareRoot() }
        for (slice, index) in g.enumerated() {
            parameters[index] = Float(Double(parameters[index]) * factors[isByOutput ? slice : 0])
        }
        for (output, index) in bias.enumerated() {
            parameters[index] = Float((Double(parameters[index]) - means[output]) * factors[output])
        }
    }

    /// The biases.
    func biases(_ parameters: AlignedBuffer) -> [Double] { bias.map { Double(parameters[$0]) } }

    /// g·V/‖V‖ in the order of V.
    func weights(_ parameters: AlignedBuffer) -> [Double] {
        let scales = zip(g, squares(parameters)).map { Double(parameters[$0]) / $1.squareRoot() }
        var weights = [Double](repeating: 0, count: v.count)
        forEachElement { slice, index, _ in weights[index] = Double(parameters[v.lowerBound + index]) * scales[slice] }
        return weights
    }

    /// ‖V‖² of every slice; along the first axis in eight partial sums.
    private func squares(_ parameters: AlignedBuffer) -> [Double] {
        let v = parameters.pointer + v.lowerBound
        defer { withExtendedLifetime(parameters) {} }
        guard lengths == .firstAxis else {
            var squares = [Double](repeating: 0, count: g.count)
            forEachElement { slice, index, _ in squares[slice] += Double(v[index]) * Double(v[index]) }
            return squares
        }
        let count = self.v.count / g.count
        return (0..<g.count).map { dotProduct(v + $0 * count, v + $0 * count, count: count) }
    }

    /// Calls `body` with each element's slice, its index in V, and its place in the effective vector, beginning with
    /// that row of V.
    @inline(__always)
    private func forEachElement(from start: Int = 0, _ body: (_ slice: Int, _ index: Int, _ place: Int) -> Void) {
        var index = start * places.second.count * places.taps.count
        for row in start..<places.first.count {
            for (column, second) in places.second.enumerated() {
                let start = places.base + places.first[row] + second
                let slice = lengths == .firstAxis ? row : column
                for tap in places.taps {
                    body(slice, index, start + tap)
                    index += 1
                }
            }
        }
    }

    @inline(__always)
    private func forEachBundle(_ body: (SliceBundle) -> Void) {
        let count = places.second.count * places.taps.count
        for slice in stride(from: 0, to: bundled, by: 8) { body(SliceBundle(slice: slice, count: count)) }
    }
}
