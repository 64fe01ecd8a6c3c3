// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Means and second moments of the numbers that one part of a ``PastConvolution`` reads, over images and pixels.
///
/// Numbers are in the order of a weight: [pixel or one][tap].
struct PastMoments {
    private let rows: Double
    private let sums: [Double]
    private let products: [Double]

    /// Numbers that an output is made of.
    var count: Int { sums.count }

    /// Measures the outputs of `part` where they are computed, before the shift: one line higher or one column to the
    /// left.
    init(_ part: PastConvolution.Part, _ images: RowView, _ size: ImageSize) {
        let taps = PastTaps([part], size: size)
        let past = AlignedBuffer(count: taps.count)
        let order = (0..<taps.count).map { 2 * ($0 % part.kernel.pixels) + $0 / part.kernel.pixels }
        var sums = [Double](repeating: 0, count: taps.count)
        var products = [Double](repeating: 0, count: taps.count * taps.count)
        for row in 0..<images.rows {
            let (image, pixel) = row.quotientAndRemainder(dividingBy: size.pixels)
            let (line, column) = pixel.quotientAndRemainder(dividingBy: size.width)
            taps.gather(past.pointer, images, image, row: line + part.shift.down, column: column + part.shift.right)
            for (index, place) in order.enumerated() {
                let value = Double(past[place])
                sums[index] += value
                for (other, place) in order.enumerated() {
                    products[index * order.count + other] += value * Double(past[place])
                }
            }
        }
        rows = Double(images.rows)
        (self.sums, self.products) = (sums, products)
    }

    /// Mean of the output of `weights`.
    func mean(_ weights: [Double]) -> Double { zip(weights, sums).reduce(0) { $0 + $1.0 * $1.1 } / rows }

    /// Variance of the output of `weights`.
    func variance(_ weights: [Double]) -> Double {
        var square = 0.0
        for row in weights.indices {
            for column in weights.indices {
                square += weights[row] * weights[column] * products[row * count + column]
            }
        }
        let mean = mean(weights)
        return max(square / rows - mean * mean, 0)
    }
}
