// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers

/// The layers of a PixelCNN++ as their definitions read: one image, double precision, plain loops.
///
/// Activations are [row][column][channel], weights as in a checkpoint.
enum NaiveCausal {
    /// g·V/‖V‖ along an axis of [first][second][tap].
    static func weight(_ v: [Double], _ g: [Double], extents: (Int, Int), isSecondAxis: Bool = false) -> [Double] {
        let taps = v.count / extents.0 / extents.1
        func slice(_ index: Int) -> Int { isSecondAxis ? index / taps % extents.1 : index / taps / extents.1 }
        var squares = [Double](repeating: 0, count: g.count)
        for (index, value) in v.enumerated() { squares[slice(index)] += value * value }
        return v.enumerated().map { $1 * g[slice($0)] / squares[slice($0)].squareRoot() }
    }

    /// y[p, o] = b[o] + Σ w[o][i][tap]·x, zeros above, left and right of the image as padding (top, left, right) says.
    static func convolved(
        _ x: [Double],
        _ size: ImageSize,
        _ weight: [Double],
        _ bias: [Double],
        kernel: ImageSize,
        padding: (top: Int, left: Int, right: Int),
        stride: Int = 1
    ) -> [Double] {
        let (inputs, outputs) = (x.count / size.pixels, bias.count)
        let height = (size.height + padding.top - kernel.height) / stride + 1
        let width = (size.width + padding.left + padding.right - kernel.width) / stride + 1
        return (0..<height * width * outputs).map { index in
            let (pixel, output) = index.quotientAndRemainder(dividingBy: outputs)
            var sum = bias[output]
            for tap in 0..<kernel.pixels {
                let row = pixel / width * stride + tap / kernel.width - padding.top
                let column = pixel % width * stride + tap % kernel.width - padding.left
                guard 0..<size.height ~= row, 0..<size.width ~= column else { continue }
                for input in 0..<inputs {
                    let place = (row * size.width + column) * inputs + input
                    sum += weight[(output * inputs + input) * kernel.pixels + tap] * x[place]
                }
            }
            return sum
        }
    }

    /// y[2r + a, 2c + b − skipped] = Σ w[i][o][a, b]·x[r, c] + b[o], cropped to twice the size.
    static func upsampled(
        _ x: [Double],
        _ size: ImageSize,
        _ weight: [Double],
        _ bias: [Double],
        columns: Int,
        skipped: Int
    ) -> [Double] {
        let (inputs, outputs) = (x.count / size.pixels, bias.count)
        var y = (0..<4 * size.pixels).flatMap { _ in bias }
        for pixel in 0..<size.pixels {
            for tap in 0..<2 * columns {
                let row = 2 * (pixel / size.width) + tap / columns
                let column = 2 * (pixel % size.width) + tap % columns - skipped
                guard row < 2 * size.height, 0..<2 * size.width ~= column else { continue }
                for input in 0..<inputs {
                    for output in 0..<outputs {
                        let value = weight[(input * outputs + output) * 2 * columns + tap] * x[pixel * inputs + input]
                        y[(row * 2 * size.width + column) * outputs + output] += value
                    }
                }
            }
        }
        return y
    }

    /// elu([v, −v]) of every pixel.
    static func celu(_ x: [Double], channels: Int) -> [Double] {
        stride(from: 0, to: x.count, by: channels).flatMap { start in
            let values = x[start..<start + channels]
            return (values + values.map { -$0 }).map { $0 > 0 ? $0 : expm1($0) }
        }
    }

    /// The outputs moved down by lines and right by columns, zeros moving in.
    static func shifted(_ x: [Double], _ size: ImageSize, down: Int, right: Int) -> [Double] {
        let channels = x.count / size.pixels
        return (0..<x.count).map { index in
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
            let (row, column) = (pixel / size.width - down, pixel % size.width - right)
            return row < 0 || column < 0 ? 0 : x[(row * size.width + column) * channels + channel]
        }
    }
}
