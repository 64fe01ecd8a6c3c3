// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Blurs by a Gaussian along rows, then along columns, in whole numbers that are rounded once at the end.
extension Blur: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let (height, width, channels) = (image.shape.height, image.shape.width, image.shape.channels)
        let weights = weights
        let across = blurred(image.pixels.map { Int($0) }, weights, count: width, step: channels, line: channels)
        let both = blurred(across, weights, count: height, step: width * channels, line: width * channels)
        return ByteImage(image.shape, pixels: both.map { UInt8(($0 + 1 << 31) >> 32) })
    }

    /// The weights of the pixels at distance 0, 1, …: 2¹⁶ in all, both sides together.
    ///
    /// exp(−k²/2σ²) is made of the powers of q = exp(−1/2σ²), and q by multiplying and adding alone, which is the same bits
    /// on every machine; no library's `exp` is.
    package var weights: [Int] {
        let radius = Int(4 * sigma + 0.5)
        let q = Self.exponential(1 / (2 * sigma * sigma))
        var (values, power) = ([1.0], q)
        for _ in stride(from: 1, through: radius, by: 1) {
            values.append(values[values.count - 1] * power)
            power *= q * q
        }
        let sum = values.dropFirst().reversed().reduce(0, +) * 2 + 1
        var weights = values.map { Int(($0 / sum * 65_536).rounded()) }
        weights[0] = 65_536 - 2 * weights.dropFirst().reduce(0, +)
        return weights
    }

    /// exp(−x) for x ≥ 0: twelve terms of the series at x/2ⁿ, squared n times.
    private static func exponential(_ x: Double) -> Double {
        var (x, halvings) = (x, 0)
        while x > 0.0625 {
            x /= 2
            halvings += 1
        }
        var value = 1.0
        for term in stride(from: 12.0, through: 1, by: -1) { value = 1 - x / term * value }
        for _ in 0..<halvings { value *= value }
        return value
    }

    /// Weighted sums along lines of `count` values that are `step` apart.
    ///
    /// - Parameters:
    ///   - values: All values.
    ///   - weights: Of the distances.
    ///   - count: Values of a line.
    ///   - step: From one value of a line to the next.
    ///   - line: How many lines lie interleaved.
    /// - Returns: As many sums.
    private func blurred(_ values: [Int], _ weights: [Int], count: Int, step: Int, line: Int) -> [Int] {
        var sums = [Int](repeating: 0, count: values.count)
        let origins = (0..<count).map { position in
            (1 - weights.count..<weights.count).compactMap { distance in
                fill.position(position + distance, count: count).map { (at: $0 * step, weight: weights[abs(distance)]) }
            }
        }
        for block in stride(from: 0, to: values.count, by: count * step) {
            for offset in 0..<line {
                for (position, origins) in origins.enumerated() {
                    sums[block + offset + position * step] = origins.reduce(0) { sum, origin in
                        sum + origin.weight * values[block + offset + origin.at]
                    }
                }
            }
        }
        return sums
    }
}
