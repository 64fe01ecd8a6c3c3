// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The sequence that never falls and is closest to given values by weighted least squares.
///
/// By pooling adjacent violators: M. Ayer and others, Annals of Mathematical Statistics 26 (1955).
public struct IsotonicFit: Hashable, Sendable {
    /// The fitted value in the place of each value.
    public let fitted: [Double]

    /// Fits `values`.
    ///
    /// - Parameters:
    ///   - values: in order, such as mean differences by ascending dose; all finite.
    ///   - weights: above 0, such as numbers of images; equal by default.
    ///
    /// - Complexity: O(n).
    public init(_ values: [Double], weights: [Double]? = nil) {
        let weights = weights ?? [Double](repeating: 1, count: values.count)
        precondition(weights.count == values.count && weights.allSatisfy { $0 > 0 }, "a weight above 0 for each value")
        var blocks: [(value: Double, weight: Double, count: Int)] = []
        for (value, weight) in zip(values, weights) {
            blocks.append((value, weight, 1))
            while blocks.count > 1, blocks[blocks.count - 2].value >= blocks[blocks.count - 1].value {
                let (right, left) = (blocks.removeLast(), blocks.removeLast())
                let weight = left.weight + right.weight
                let value = left.value + (right.value - left.value) * (right.weight / weight)
                blocks.append((value, weight, left.count + right.count))
            }
        }
        fitted = blocks.flatMap { [Double](repeating: $0.value, count: $0.count) }
    }

    /// Σ(value − fitted)²: 0 where the values never fall.
    public func departure(of values: [Double]) -> Double {
        zip(values, fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
