// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks

/// A classifier's loss in training as its definition reads: double precision, plain loops, a batch's own statistics.
struct NaiveResNetTraining {
    /// A batch on its way through: [image][row][column][channel].
    struct Planes {
        var values: [Double]
        let images: Int
        let height: Int
        let width: Int
        let channels: Int

        func channel(_ channel: Int) -> [Double] {
            stride(from: channel, to: values.count, by: channels).map { values[$0] }
        }
    }

    /// Mean and biased variance of each channel behind a convolution.
    struct Statistics {
        var mean: [Double]
        var variance: [Double]
        var count: Int
    }

    let configuration: ResNetConfiguration
    let layout: ParameterLayout
    let images: [Float]
    let labels: [Int]

    func loss(_ parameters: [Double]) -> Double { run(parameters).loss }

    func run(_ parameters: [Double]) -> (loss: Double, statistics: [String: Statistics]) {
        var statistics: [String: Statistics] = [:]
        func layer(_ x: Planes, _ name: String, stride: Int = 1, adding way: Planes? = nil) -> Planes {
            var y = convolved(x, parameters, layout.range("\(name).weight"), stride: stride)
            statistics[name] = normalise(&y, parameters, "\(name).norm")
            for (index, value) in (way?.values ?? []).enumerated() { y.values[index] += value }
            y.values = y.values.map { max($0, 0) }
            return y
        }
        let (height, width, channels) = (configuration.height, configuration.width, configuration.channels)
        let input = images.map(Double.init)
        var x = Planes(values: input, images: labels.count, height: height, width: width, channels: channels)
        x = layer(x, "stem")
        for stage in 1...3 {
            let stride = stage == 1 ? 1 : 2
            let hidden = layer(x, "stage.\(stage).first", stride: stride)
            x = layer(hidden, "stage.\(stage).second", adding: shortcut(x, like: hidden, stride: stride))
        }
        let loss = labels.indices.reduce(0.0) { $0 + crossEntropy(x, image: $1, parameters) }
        return (loss / Double(labels.count), statistics)
    }

    private func crossEntropy(_ x: Planes, image: Int, _ parameters: [Double]) -> Double {
        let pixels = x.height * x.width
        let means = (0..<x.channels).map { channel in
            (0..<pixels).reduce(0.0) { $0 + x.values[(image * pixels + $1) * x.channels + channel] } / Double(pixels)
        }
        let (weight, bias) = (layout.range("head.weight").lowerBound, layout.range("head.bias").lowerBound)
        let logits = (0..<configuration.classes).map { label in
            means.indices.reduce(parameters[bias + label]) {
                $0 + parameters[weight + label * means.count + $1] * means[$1]
            }
        }
        return log(logits.reduce(0) { $0 + exp($1) }) - logits[labels[image]]
    }

    /// Every `stride`-th pixel of every `stride`-th line, zeros in the channels that x does not have.
    private func shortcut(_ x: Planes, like y: Planes, stride: Int) -> Planes {
        var way = y
        for index in way.values.indices {
            let (channel, pixel) = (index % y.channels, index / y.channels)
            let (column, line) = (pixel % y.width * stride, pixel / y.width % y.height * stride)
            let source = ((pixel / (y.width * y.height) * x.height + line) * x.width + column) * x.channels + channel
            way.values[index] = channel < x.channels ? x.values[source] : 0
        }
        return way
    }

    private func normalise(_ x: inout Planes, _ parameters: [Double], _ name: String) -> Statistics {
        let (weight, bias) = (layout.range("\(name).weight").lowerBound, layout.range("\(name).bias").lowerBound)
        var statistics = Statistics(mean: [], variance: [], count: x.images * x.height * x.width)
        for channel in 0..<x.channels {
            let values = x.channel(channel)
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            statistics.mean.append(mean)
            statistics.variance.append(variance)
            let deviation = (variance + 1e-5).squareRoot()
            for (row, value) in values.enumerated() {
                x.values[row * x.channels + channel] =
                    parameters[weight + channel] * (value - mean) / deviation + parameters[bias + channel]
            }
        }
        return statistics
    }

    /// A 3×3 convolution with zeros around the images; weights are [output][input][row][column].
    private func convolved(_ x: Planes, _ parameters: [Double], _ range: Range<Int>, stride: Int) -> Planes {
        let outputs = range.count / (9 * x.channels)
        let (height, width) = ((x.height + stride - 1) / stride, (x.width + stride - 1) / stride)
        var y = [Double](repeating: 0, count: x.images * height * width * outputs)
        parameters[range].withUnsafeBufferPointer { weights in
            x.values.withUnsafeBufferPointer { values in
                for index in 0..<x.images * height * width {
                    let (column, line) = (index % width * stride, index / width % height * stride)
                    for tap in 0..<9 {
                        let (row, place) = (line + tap / 3 - 1, column + tap % 3 - 1)
                        guard 0..<x.height ~= row, 0..<x.width ~= place else { continue }
                        let pixel = (index / (width * height) * x.height + row) * x.width + place
                        for input in 0..<x.channels {
                            let value = values[pixel * x.channels + input]
                            for output in 0..<outputs {
                                y[index * outputs + output] += weights[(output * x.channels + input) * 9 + tap] * value
                            }
                        }
                    }
                }
            }
        }
        return Planes(values: y, images: x.images, height: height, width: width, channels: outputs)
    }
}
