// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Batch normalisation with the statistics of training, y = weight·(x − mean)/√(variance + ε) + bias for each channel
/// (Ioffe and Szegedy, 2015); ε is 10⁻⁵.
///
/// In inference it never runs by itself: it is folded into the convolution before it, at load. For training by the
/// statistics of each batch see ``BatchNormTraining``.
public struct BatchNorm: Sendable {
    /// What each channel is multiplied by.
    public let scale: [Double]
    /// What is added to each channel then.
    public let offset: [Double]

    /// Keeps a channel of no variance finite.
    static let epsilon = 1e-5

    /// The parameters of `channels` channels; the running statistics are measured in training, not learned.
    public static func parameters(channels: Int) -> [ParameterSpec] {
        ["weight", "bias", "running-mean", "running-variance"].map { ParameterSpec($0, [channels]) }
    }

    /// Takes its parameters from `parameters`.
    public init(_ parameters: ParameterSet) {
        func values(_ name: String) -> [Double] { parameters[name].values.map(Double.init) }
        let scale = zip(values("weight"), values("running-variance")).map { weight, variance in
            weight / (variance + Self.epsilon).squareRoot()
        }
        let shift = zip(scale, values("running-mean")).map { $0 * $1 }
        self.scale = scale
        offset = zip(values("bias"), shift).map { $0 - $1 }
    }
}
