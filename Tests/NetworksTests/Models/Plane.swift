// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// One image in double precision, [row][column][channel].
struct Plane {
    var values: [Double]
    let height: Int
    let width: Int
    let channels: Int

    init(_ values: [Double], _ height: Int, _ width: Int, _ channels: Int) {
        precondition(values.count == height * width * channels)
        self.values = values
        self.height = height
        self.width = width
        self.channels = channels
    }

    var pixels: Int { height * width }

    subscript(pixel: Int, channel: Int) -> Double {
        get { values[pixel * channels + channel] }
        set { values[pixel * channels + channel] = newValue }
    }

    mutating func map(_ transform: (Int, Double) -> Double) {
        for index in values.indices { values[index] = transform(index % channels, values[index]) }
    }

    func channels(_ range: Range<Int>) -> Plane {
        let values = (0..<pixels).flatMap { pixel in range.map { self[pixel, $0] } }
        return Plane(values, height, width, range.count)
    }

    /// Channel c·4 + 2·dy + dx of pixel (y, x) is channel c of pixel (2y + dy, 2x + dx).
    func squeezed() -> Plane {
        var result = Plane([Double](repeating: 0, count: values.count), height / 2, width / 2, channels * 4)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    result[y / 2 * result.width + x / 2, c * 4 + 2 * (y % 2) + x % 2] = self[y * width + x, c]
                }
            }
        }
        return result
    }

    /// A convolution with zero padding that keeps the size; weights are [output][input][row][column].
    func convolved(_ weight: Tensor) -> Plane {
        convolved(DoubleTensor(shape: weight.shape, values: weight.values.map(Double.init)))
    }

    /// A convolution with zero padding that keeps the size; weights are [output][input][row][column].
    func convolved(_ weight: DoubleTensor) -> Plane {
        let (outputs, inputs, kernel) = (weight.shape[0], weight.shape[1], weight.shape[2])
        var result = Plane([Double](repeating: 0, count: pixels * outputs), height, width, outputs)
        for y in 0..<height {
            for x in 0..<width {
                for dy in 0..<kernel {
                    for dx in 0..<kernel {
                        let (sy, sx) = (y + dy - kernel / 2, x + dx - kernel / 2)
                        guard 0..<height ~= sy, 0..<width ~= sx else { continue }
                        for o in 0..<outputs {
                            for i in 0..<inputs {
                                let w = weight.values[((o * inputs + i) * kernel + dy) * kernel + dx]
                                result[y * width + x, o] += w * self[sy * width + sx, i]
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
