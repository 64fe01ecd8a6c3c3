// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Activation normalisation, y = (x + bias)·e^logs for each channel (Glow, §3.1).
///
/// It never runs by itself: what follows it, or comes before, is a linear map, and the two are folded into one at load.
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
