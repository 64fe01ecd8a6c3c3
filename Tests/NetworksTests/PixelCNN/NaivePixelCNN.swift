// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks

/// PixelCNN++ written as its definition reads: one image, double precision, plain loops, nothing folded or packed.
///
/// The truth that the engine is compared with: convolutions of the padded image, then shifts and crops of their
/// outputs.
struct NaivePixelCNN {
    let configuration: PixelCNNConfiguration
    let parameters: DoubleParameters
    /// What dropout multiplies the hidden activations of a block by, (pixels, 2F); nothing where there is none.
    var dropout: (_ block: String) -> [Double]? = { _ in nil }
    /// Is shown what every convolution puts out.
    var observe: (_ layer: String, _ output: Plane) -> Void = { _, _ in }

    init(configuration: PixelCNNConfiguration, parameters: ParameterSet) {
        self.init(configuration: configuration, parameters: DoubleParameters(parameters))
    }

    init(configuration: PixelCNNConfiguration, parameters: DoubleParameters) {
        self.configuration = configuration
        self.parameters = parameters
    }

    /// Logits of every pixel of one image, [row][column][3M].
    func logits(_ image: [Float]) -> Plane {
        let (height, width) = (configuration.height, configuration.width)
        let x = Plane(image.flatMap { [Double($0), 1] }, height, width, 2)
        var us = [down(convolved(x, "first.u.above", pad: (1, 1, 1)))]
        let left = right(convolved(x, "first.ul.left", pad: (1, 0, 0)))
        var uls = [sum(down(convolved(x, "first.ul.above", pad: (0, 1, 1))), left)]
        for stage in 1...3 {
            for block in 1...configuration.blocks {
                us.append(gated(us[us.count - 1], [], "up.\(stage).u.\(block)", isU: true))
                let beside = [us[us.count - 1]]
                uls.append(gated(uls[uls.count - 1], beside, "up.\(stage).ul.\(block)", isU: false))
            }
            guard stage < 3 else { continue }
            us.append(convolved(us[us.count - 1], "downsample.\(stage).u", pad: (1, 1, 1), stride: 2))
            uls.append(convolved(uls[uls.count - 1], "downsample.\(stage).ul", pad: (1, 1, 0), stride: 2))
        }
        var (u, ul) = (us.removeLast(), uls.removeLast())
        for stage in 1...3 {
            for block in 1...(stage == 1 ? configuration.blocks : configuration.blocks + 1) {
                u = gated(u, [us.removeLast()], "down.\(stage).u.\(block)", isU: true)
                ul = gated(ul, [u, uls.removeLast()], "down.\(stage).ul.\(block)", isU: false)
            }
            guard stage < 3 else { continue }
            u = upsampled(u, "upsample.\(stage).u", skippedColumns: 1)
            ul = upsampled(ul, "upsample.\(stage).ul", skippedColumns: 0)
        }
        precondition(us.isEmpty && uls.isEmpty)
        ul.map { elu($1) }
        return convolved(ul, "last", pad: (0, 0, 0))
    }

    /// −ln p(x) pixel by pixel, by the formulas of the published loss.
    static func nll(_ image: [Float], _ logits: Plane, mixtures: Int) -> [Double] {
        image.indices.map { pixel in
            let row = (0..<logits.channels).map { logits[pixel, $0] }
            return -logLikelihood(Double(image[pixel]), row, mixtures: mixtures)
        }
    }

    static func logLikelihood(_ x: Double, _ logits: [Double], mixtures: Int) -> Double {
        let weights = logits[0..<mixtures].map { exp($0) }
        var likelihood = 0.0
        for mixture in 0..<mixtures {
            let scale = max(logits[2 * mixtures + mixture], -7)
            let centered = x - logits[mixtures + mixture]
            let (plus, minus) = (exp(-scale) * (centered + 1 / 255), exp(-scale) * (centered - 1 / 255))
            let (middle, delta) = (exp(-scale) * centered, sigmoid(plus) - sigmoid(minus))
            let density = middle - scale - 2 * log1p(exp(middle))
            let term: Double =
                if x < -0.999 { sigmoid(plus) } else if x > 0.999 { sigmoid(-minus) } else {
                    delta > 1e-5 ? delta : exp(density) / 127.5
                }
            likelihood += weights[mixture] / weights.reduce(0, +) * term
        }
        return log(likelihood)
    }

    private func gated(_ x: Plane, _ beside: [Plane], _ name: String, isU: Bool) -> Plane {
        let pad = isU ? (1, 1, 1) : (1, 1, 0)
        var hidden = convolved(celu(x), "\(name).input", pad: pad)
        if !beside.isEmpty {
            let skips = beside.dropFirst().reduce(beside[0], joined)
            hidden = sum(hidden, convolved(celu(skips), "\(name).skip", pad: (0, 0, 0)))
        }
        hidden = celu(hidden)
        if let factors = dropout(name) {
            hidden = Plane(zip(hidden.values, factors).map { $0 * $1 }, x.height, x.width, hidden.channels)
        }
        let gates = convolved(hidden, "\(name).output", pad: pad)
        var y = x
        for pixel in 0..<x.pixels {
            for channel in 0..<x.channels {
                y[pixel, channel] += gates[pixel, channel] * sigmoid(gates[pixel, x.channels + channel])
            }
        }
        return y
    }

    /// `pad` is (above, left, right).
    private func convolved(_ x: Plane, _ name: String, pad: (Int, Int, Int), stride: Int = 1) -> Plane {
        let scope = parameters.scope(name)
        let (shape, v, g, bias) = (scope["v"].shape, scope["v"].values, scope["g"].values, scope["bias"].values)
        let size = shape[1] * shape[2] * shape[3]
        let height = (x.height + pad.0 - shape[2]) / stride + 1
        let width = (x.width + pad.1 + pad.2 - shape[3]) / stride + 1
        var y = Plane([Double](repeating: 0, count: height * width * shape[0]), height, width, shape[0])
        for output in 0..<shape[0] {
            let slice = Array(v[output * size..<(output + 1) * size])
            let factor = g[output] / sqrt(slice.reduce(0) { $0 + $1 * $1 })
            for row in 0..<height {
                for column in 0..<width {
                    var total = 0.0
                    for (index, weight) in slice.enumerated() {
                        let (input, tap) = (index / (shape[2] * shape[3]), index % (shape[2] * shape[3]))
                        let sourceRow = row * stride + tap / shape[3] - pad.0
                        let sourceColumn = column * stride + tap % shape[3] - pad.1
                        guard 0..<x.height ~= sourceRow, 0..<x.width ~= sourceColumn else { continue }
                        total += weight * x[sourceRow * x.width + sourceColumn, input]
                    }
                    y[row * width + column, output] = factor * total + bias[output]
                }
            }
        }
        observe(name, y)
        return y
    }

    /// The transposed convolution of stride 2 in full, then the crop.
    private func upsampled(_ x: Plane, _ name: String, skippedColumns: Int) -> Plane {
        let scope = parameters.scope(name)
        let (shape, v, g) = (scope["v"].shape, scope["v"].values, scope["g"].values)
        let (inputs, outputs, columns) = (shape[0], shape[1], shape[3])
        func index(_ input: Int, _ output: Int, _ tap: Int) -> Int { (input * outputs + output) * 2 * columns + tap }
        let isByInput = configuration.upsamplingNorm == .input
        var squares = [Double](repeating: 0, count: g.count)
        for input in 0..<inputs {
            for output in 0..<outputs {
                for tap in 0..<2 * columns {
                    squares[isByInput ? input : output] += v[index(input, output, tap)] * v[index(input, output, tap)]
                }
            }
        }
        var y = Plane(
            [Double](repeating: 0, count: 4 * x.pixels * outputs),
            2 * x.height,
            2 * x.width,
            outputs
        )
        let bias = scope["bias"].values
        y.map { channel, _ in bias[channel] }
        for pixel in 0..<x.pixels {
            for tap in 0..<2 * columns {
                let row = 2 * (pixel / x.width) + tap / columns
                let column = 2 * (pixel % x.width) + tap % columns - skippedColumns
                guard row < y.height, 0..<y.width ~= column else { continue }
                for input in 0..<inputs {
                    for output in 0..<outputs {
                        let slice = isByInput ? input : output
                        let weight = v[index(input, output, tap)] * g[slice] / sqrt(squares[slice])
                        y[row * y.width + column, output] += weight * x[pixel, input]
                    }
                }
            }
        }
        observe(name, y)
        return y
    }

    private func down(_ x: Plane) -> Plane {
        let line = x.width * x.channels
        return Plane([Double](repeating: 0, count: line) + x.values.dropLast(line), x.height, x.width, x.channels)
    }

    private func right(_ x: Plane) -> Plane {
        var y = x
        for pixel in 0..<x.pixels {
            for channel in 0..<x.channels { y[pixel, channel] = pixel % x.width == 0 ? 0 : x[pixel - 1, channel] }
        }
        return y
    }

    private func sum(_ x: Plane, _ y: Plane) -> Plane {
        Plane(zip(x.values, y.values).map { $0 + $1 }, x.height, x.width, x.channels)
    }

    private func joined(_ x: Plane, _ y: Plane) -> Plane {
        let values = (0..<x.pixels).flatMap { pixel in
            (0..<x.channels).map { x[pixel, $0] } + (0..<y.channels).map { y[pixel, $0] }
        }
        return Plane(values, x.height, x.width, x.channels + y.channels)
    }

    private func celu(_ x: Plane) -> Plane {
        var negative = x
        negative.map { -$1 }
        var y = joined(x, negative)
        y.map { elu($1) }
        return y
    }

    private func elu(_ x: Double) -> Double { x > 0 ? x : expm1(x) }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
