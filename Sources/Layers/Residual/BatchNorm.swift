// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Batch normalisation with the statistics of training, y = weight·(x − mean)/√(variance + ε) + bias for each channel
/// (Ioffe and Szegedy, 2015); ε is 10⁻⁵.
///
/// It never runs by itself: it is folded into the convolution before it, at load.
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

/// ``BatchNorm`` in training: one batch normalised by its own statistics, and the rectifier behind it,
/// y = max(0, weight·(x − mean)/√(variance + ε) + bias [+ what y held]).
///
/// Backward, with x̂ = (x − mean)/√(variance + ε), dn the gradient of the normalised value and n numbers a channel
/// (Ioffe and Szegedy, 2015, §3): dbias = Σ dn, dweight = Σ dn·x̂,
/// dx = weight/√(variance + ε)·(dn − dbias/n − x̂·dweight/n).
public struct TrainableBatchNorm: Sendable {
    private let statistics: BatchStatistics
    /// 1/√(variance + ε).
    private let inverseDeviation: [Double]
    /// weight/√(variance + ε).
    private let slope: [Double]
    private let scale: AlignedBuffer
    private let offset: AlignedBuffer

    /// The layer for a batch of those statistics; weight and bias lie in `parameters` where the ranges say.
    public init(
        weight: Range<Int>,
        bias: Range<Int>,
        of parameters: AlignedBuffer,
        _ statistics: BatchStatistics
    ) {
        precondition(weight.count == statistics.mean.count && bias.count == weight.count, "statistics of another layer")
        self.statistics = statistics
        let inverseDeviation = statistics.variance.map { 1 / ($0 + BatchNorm.epsilon).squareRoot() }
        let slope = zip(weight, inverseDeviation).map { Double(parameters[$0]) * $1 }
        self.inverseDeviation = inverseDeviation
        self.slope = slope
        scale = AlignedBuffer(slope.map { Float($0) })
        let offsets = bias.enumerated().map { channel, index in
            Float(Double(parameters[index]) - statistics.mean[channel] * slope[channel])
        }
        offset = AlignedBuffer(offsets)
    }

    /// y = max(0, normalised x), or max(0, y + normalised x) when `accumulating`; y and x are (images, H, W, C).
    public func forward(_ y: RowView, _ x: RowView, accumulating: Bool = false, _ kernels: KernelSet) {
        kernels.normalise(y, x, scale: scale, offset: offset, accumulating: accumulating)
    }

    /// Turns the gradient of a chunk's y into that of its normalised values, in place, and sums up what ``gradient``
    /// needs.
    ///
    /// Gradient, y and x are (images, H, W, C).
    public func rectify(
        _ gradient: RowView,
        y: RowView,
        x: RowView,
        into sums: ChunkSums,
        chunk: Int,
        _ kernels: KernelSet
    ) {
        kernels.rectifyBackward(gradient, output: y)
        sums.set(chunk, gradient, x, kernels)
    }

    /// The gradients that the sums over the first `chunks` chunks lead to.
    public func gradient(_ sums: ChunkSums, chunks: Int) -> Gradient {
        let total = sums.total(chunks)
        let channels = scale.count
        let bias = Array(total[..<channels])
        // Σ dn·x̂ from Σ dn and Σ dn·x.
        let weight = (0..<channels).map { channel in
            (total[channels + channel] - statistics.mean[channel] * bias[channel]) * inverseDeviation[channel]
        }
        return Gradient(self, weight: weight, bias: bias)
    }

    /// The gradients of weight and bias, and how that of x follows.
    public struct Gradient: Sendable {
        /// Gradient of the weight.
        public let weight: [Double]
        /// Gradient of the bias.
        public let bias: [Double]
        /// dx = `own`·dn + `ofInput`·x + `constant`.
        private let own: AlignedBuffer
        private let ofInput: AlignedBuffer
        private let constant: AlignedBuffer

        fileprivate init(_ layer: TrainableBatchNorm, weight: [Double], bias: [Double]) {
            let (statistics, count) = (layer.statistics, Double(layer.statistics.count))
            let ofInput = weight.indices.map { channel in
                -layer.slope[channel] * layer.inverseDeviation[channel] * weight[channel] / count
            }
            self.weight = weight
            self.bias = bias
            own = layer.scale
            self.ofInput = AlignedBuffer(ofInput.map { Float($0) })
            let constants = weight.indices.map { channel in
                let ofBias = layer.slope[channel] * bias[channel] / count
                return Float(-ofBias - ofInput[channel] * statistics.mean[channel])
            }
            constant = AlignedBuffer(constants)
        }

        /// Turns the gradient of a chunk's normalised values into that of x, in place; both are (images, H, W, C).
        public func backward(_ gradient: RowView, x: RowView, _ kernels: KernelSet) {
            kernels.normaliseBackward(gradient, x, own: own, ofInput: ofInput, constant: constant)
        }
    }
}
