// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A density from a Gaussian kernel about each value, as `scipy.stats.gaussian_kde` makes it.
public struct KernelDensity: Sendable {
    /// Scott's factor n^(−1/5), times which the standard deviation is the bandwidth.
    public let factor: Double
    /// The kernel's standard deviation, in the unit of the values.
    public let bandwidth: Double
    private let sorted: [Double]

    /// The density of the finite ones of `values`; nil for fewer than two, and where they do not vary.
    public init?(_ values: [Double]) {
        self.init(Sample(values))
    }

    /// The density of sorted values; nil for fewer than two, and where they do not vary.
    public init?(_ sample: Sample) {
        guard let deviation = sample.standardDeviation, deviation > 0 else { return nil }
        factor = pow(Double(sample.sorted.count), -0.2)
        bandwidth = factor * deviation
        sorted = sample.sorted
    }

    /// The density at each of `points`, per unit of the values.
    ///
    /// Values further than 9 bandwidths away would add less than e^−40 each and are not looked at.
    public func densities(at points: [Double]) -> [Double] {
        let scale = 1 / (Double(sorted.count) * bandwidth * (2 * Double.pi).squareRoot())
        return points.map { point in
            var index = firstIndex(above: point - 9 * bandwidth)
            var sum = 0.0
            while index < sorted.count, sorted[index] <= point + 9 * bandwidth {
                let distance = (point - sorted[index]) / bandwidth
                sum += exp(-0.5 * distance * distance)
                index += 1
            }
            return sum * scale
        }
    }

    private func firstIndex(above bound: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
