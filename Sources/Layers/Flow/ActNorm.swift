// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Activation normalisation, y = (x + bias)·e^logs for each channel (Glow, §3.1).
///
/// It never runs by itself: what follows it, or comes before, is a linear map, and the two are folded into one.
public struct ActNorm: Sendable {
    /// Added to each channel.
    public let bias: [Double]
    /// Logarithm of each channel's scale.
    public let logs: [Double]

    /// The parameters of `channels` channels.
    public static func parameters(channels: Int) -> [ParameterSpec] {
        [ParameterSpec("bias", [channels]), ParameterSpec("logs", [channels])]
    }

    /// Takes `bias` and `logs` from `parameters`.
    public init(_ parameters: ParameterSet) {
        bias = parameters["bias"].values.map(Double.init)
        logs = parameters["logs"].values.map(Double.init)
    }

    /// e^logs.
    public var scale: [Double] { logs.map(PortableMath.exp) }

    /// Log-determinant at one pixel.
    public var logDeterminant: Double { logs.reduce(0, +) }
}

/// An ``ActNorm`` in training: where its parameters lie, and how they begin.
struct TrainableActNorm: Sendable {
    let bias: Range<Int>
    let logs: Range<Int>

    init(_ layout: ParameterLayout, scope: String) {
        bias = layout.range("\(scope).bias")
        logs = layout.range("\(scope).logs")
    }

    /// e^(factor·logs).
    func scale(_ parameters: AlignedBuffer, factor: Double = 1) -> [Double] {
        logs.map { PortableMath.exp(factor * Double(parameters[$0])) }
    }

    /// Log-determinant at one pixel.
    func logDeterminant(_ parameters: AlignedBuffer) -> Double {
        logs.reduce(0.0) { $0 + Double(parameters[$1]) }
    }

    /// Makes it do nothing.
    func clear(_ parameters: AlignedBuffer) {
        for place in [bias, logs].joined() { parameters[place] = 0 }
    }

    /// Gives channels of these statistics mean 0 and standard deviation 1 (Glow, §3.1).
    ///
    /// A constant channel is enlarged a millionfold at most, as in OpenAI's code.
    func initialise(_ parameters: AlignedBuffer, _ statistics: BatchStatistics) {
        for (place, mean) in zip(bias, statistics.mean) { parameters[place] = Float(-mean) }
        for (place, variance) in zip(logs, statistics.variance) {
            parameters[place] = Float(-PortableMath.log(variance.squareRoot() + 1e-6))
        }
    }
}
