// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks

/// Glow written as its definition reads: one image, double precision, plain loops, nothing folded or packed.
///
/// The truth that the engine is compared with. Images are [row][column][channel] in one array.
struct NaiveGlow {
    struct Result {
        var nll = 0.0
        var logDeterminants: [Double] = []
        var quadratics: [Double] = []
        var logScales: [Double] = []
        var latents: [[Double]] = []
    }

    let configuration: GlowConfiguration
    let parameters: DoubleParameters
    /// Is shown what every actnorm puts out.
    var observe: (_ actnorm: String, _ output: Plane) -> Void = { _, _ in }

    init(configuration: GlowConfiguration, parameters: ParameterSet) {
        self.init(configuration: configuration, parameters: DoubleParameters(parameters))
    }

    init(configuration: GlowConfiguration, parameters: DoubleParameters) {
        self.configuration = configuration
        self.parameters = parameters
    }

    func forward(_ image: [Double], label: Int?) -> Result {
        var result = Result()
        var x = Plane(image, configuration.height, configuration.width, configuration.channels)
        for level in 1...configuration.levels {
            x = x.squeezed()
            var logDeterminant = 0.0
            for step in 1...configuration.steps {
                let scope = parameters.scope("level.\(level).step.\(step)")
                logDeterminant += actnorm(&x, scope.scope("actnorm")) + mix(&x, scope.scope("invertible"))
                logDeterminant += couple(&x, scope.scope("coupling"))
            }
            result.logDeterminants.append(logDeterminant)
            let half = x.channels / 2
            if level < configuration.levels {
                let kept = x.channels(0..<half)
                let prior = zeroConvolution(kept, parameters.scope("level.\(level).prior"))
                score(x.channels(half..<x.channels), prior, &result)
                x = kept
            } else {
                score(x, top(x, label), &result)
            }
        }
        let dimensions = Double(configuration.dimensions)
        result.nll = dimensions * (log(256) + 0.5 * log(2 * Double.pi))
        result.nll += result.quadratics.reduce(0, +) + result.logScales.reduce(0, +)
        result.nll -= result.logDeterminants.reduce(0, +)
        return result
    }

    private func score(_ z: Plane, _ prior: Plane, _ result: inout Result) {
        var (quadratic, logScale, latents) = (0.0, 0.0, [Double]())
        for pixel in 0..<z.pixels {
            for channel in 0..<z.channels {
                let mean = prior[pixel, channel]
                let logs = prior[pixel, z.channels + channel]
                let latent = (z[pixel, channel] - mean) * exp(-logs)
                latents.append(latent)
                quadratic += 0.5 * latent * latent
                logScale += logs
            }
        }
        result.quadratics.append(quadratic)
        result.logScales.append(logScale)
        result.latents.append(latents)
    }

    private func actnorm(_ x: inout Plane, _ scope: DoubleParameters) -> Double {
        let (bias, logs) = (scope["bias"].values, scope["logs"].values)
        x.map { channel, value in (value + bias[channel]) * exp(logs[channel]) }
        observe(scope.name, x)
        return Double(x.pixels) * logs.reduce(0, +)
    }

    private func mix(_ x: inout Plane, _ scope: DoubleParameters) -> Double {
        let n = x.channels
        let (l, u) = (scope["lower"].values, scope["upper"].values)
        let (logs, sign) = (scope["log-s"].values, scope["sign-s"].values)
        let order = scope["permutation"].values.map { Int($0) }
        let input = x
        for pixel in 0..<x.pixels {
            let upper = (0..<n).map { i in
                sign[i] * exp(logs[i]) * input[pixel, i]
                    + (i + 1..<n).reduce(0.0) { $0 + u[i * n + $1] * input[pixel, $1] }
            }
            let lower = (0..<n).map { i in (0..<i).reduce(upper[i]) { $0 + l[i * n + $1] * upper[$1] } }
            for i in 0..<n { x[pixel, i] = lower[order[i]] }
        }
        return Double(x.pixels) * logs.reduce(0, +)
    }

    private func couple(_ x: inout Plane, _ scope: DoubleParameters) -> Double {
        let half = x.channels / 2
        let first = hidden(x.channels(0..<half), scope.scope("first"))
        let h = zeroConvolution(hidden(first, scope.scope("second")), scope.scope("last"))
        var logDeterminant = 0.0
        for pixel in 0..<x.pixels {
            for channel in 0..<half {
                x[pixel, half + channel] += h[pixel, channel]
                guard configuration.coupling == .affine else { continue }
                let scale = 1 / (1 + exp(-(h[pixel, half + channel] + 2)))
                x[pixel, half + channel] *= scale
                logDeterminant += log(scale)
            }
        }
        return logDeterminant
    }

    private func hidden(_ x: Plane, _ scope: DoubleParameters) -> Plane {
        var y = x.convolved(scope["weight"])
        _ = actnorm(&y, scope.scope("actnorm"))
        y.map { max($1, 0) }
        return y
    }

    private func zeroConvolution(_ x: Plane, _ scope: DoubleParameters) -> Plane {
        var y = x.convolved(scope["weight"])
        let (bias, logs) = (scope["bias"].values, scope["logs"].values)
        y.map { channel, value in (value + bias[channel]) * exp(3 * logs[channel]) }
        return y
    }

    private func top(_ x: Plane, _ label: Int?) -> Plane {
        var row = [Double](repeating: 0, count: 2 * x.channels)
        let top = parameters.scope("top")
        for channel in row.indices {
            if configuration.learnedTop {
                row[channel] += top["bias"].values[channel] * exp(3 * top["logs"].values[channel])
            }
            if let label {
                let weight = top["class.weight"].values[channel * configuration.classes + label]
                let sum = weight + top["class.bias"].values[channel]
                row[channel] += sum * exp(3 * top["class.logs"].values[channel])
            }
        }
        return Plane((0..<x.pixels).flatMap { _ in row }, x.height, x.width, row.count)
    }
}
