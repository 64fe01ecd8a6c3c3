// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers

/// The layers of a flow as their definitions read, on one image in double precision.
///
/// Parameters are one flat vector of `layout`; an image is [pixel][channel].
struct NaiveFlow {
    let layout: ParameterLayout
    let parameters: [Double]
    let extent: ImageExtent

    func values(_ name: String) -> [Double] { Array(parameters[layout.range(name)]) }

    /// A convolution that keeps the image's size; the weight is [output][input][row][column].
    func convolved(_ x: [Double], _ name: String) -> [Double] {
        let weight = values(name)
        let shape = layout.specs.first { $0.name == name }?.shape ?? []
        let (outputs, inputs, kernel) = (shape[0], shape[1], shape[2])
        var y = [Double](repeating: 0, count: extent.pixels * outputs)
        for pixel in 0..<extent.pixels {
            for tap in 0..<kernel * kernel {
                let row = pixel / extent.width + tap / kernel - kernel / 2
                let column = pixel % extent.width + tap % kernel - kernel / 2
                guard 0..<extent.height ~= row, 0..<extent.width ~= column else { continue }
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        y[pixel * outputs + output] +=
                            weight[(output * inputs + input) * kernel * kernel + tap]
                            * x[(row * extent.width + column) * inputs + input]
                    }
                }
            }
        }
        return y
    }

    /// (x + bias)·e^(factor·logs).
    func scaled(_ x: [Double], _ scope: String, factor: Double) -> [Double] {
        let (bias, logs) = (values("\(scope).bias"), values("\(scope).logs"))
        return x.indices.map { (x[$0] + bias[$0 % bias.count]) * exp(factor * logs[$0 % bias.count]) }
    }

    /// What a coupling's network puts out.
    func network(_ x: [Double], _ scope: String) -> [Double] {
        var x = x
        for layer in ["first", "second"] {
            x = scaled(convolved(x, "\(scope).\(layer).weight"), "\(scope).\(layer).actnorm", factor: 1)
            x = x.map { max($0, 0) }
        }
        return scaled(convolved(x, "\(scope).last.weight"), "\(scope).last", factor: 3)
    }

    /// One step of a flow, and its log-determinant.
    func step(_ x: [Double], _ scope: String, _ kind: Coupling.Kind) -> (output: [Double], logDeterminant: Double) {
        let channels = extent.channels
        var z = mixed(scaled(x, "\(scope).actnorm", factor: 1), "\(scope).invertible")
        let constants = values("\(scope).actnorm.logs") + values("\(scope).invertible.log-s")
        var logDeterminant = Double(extent.pixels) * constants.reduce(0, +)
        let half = channels / 2
        let kept = (0..<extent.pixels).flatMap { z[$0 * channels..<$0 * channels + half] }
        let output = network(kept, "\(scope).coupling")
        let width = output.count / extent.pixels
        for pixel in 0..<extent.pixels {
            for channel in 0..<half {
                let place = pixel * channels + half + channel
                z[place] += output[pixel * width + channel]
                guard kind == .affine else { continue }
                let scale = 1 / (1 + exp(-output[pixel * width + half + channel] - 2))
                z[place] *= scale
                logDeterminant += log(scale)
            }
        }
        return (z, logDeterminant)
    }

    /// P·L·U·x of every pixel.
    private func mixed(_ x: [Double], _ scope: String) -> [Double] {
        let n = extent.channels
        let (lower, upper) = (values("\(scope).lower"), values("\(scope).upper"))
        let (logs, sign) = (values("\(scope).log-s"), values("\(scope).sign-s"))
        let order = values("\(scope).permutation").map { Int($0) }
        return (0..<extent.pixels).flatMap { pixel in
            let input = Array(x[pixel * n..<(pixel + 1) * n])
            let product = (0..<n).map { row in
                (row + 1..<n).reduce(sign[row] * exp(logs[row]) * input[row]) { $0 + upper[row * n + $1] * input[$1] }
            }
            let result = (0..<n).map { row in
                (0..<row).reduce(product[row]) { $0 + lower[row * n + $1] * product[$1] }
            }
            return order.map { result[$0] }
        }
    }

    /// ½·‖ε‖² plus the log-scales, of latents z given mean and log-scale of each pixel.
    func density(_ z: [Double], channels: Int, prior: (_ pixel: Int) -> [Double]) -> Double {
        (0..<extent.pixels).reduce(0) { sum, pixel in
            let row = prior(pixel)
            return (0..<channels).reduce(sum) { sum, channel in
                let latent = (z[pixel * channels + channel] - row[channel]) * exp(-row[channels + channel])
                return sum + 0.5 * latent * latent + row[channels + channel]
            }
        }
    }
}
