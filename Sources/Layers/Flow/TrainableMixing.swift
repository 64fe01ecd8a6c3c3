// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Actnorm and invertible 1×1 convolution of a ``FlowStep`` in training: one linear map of each pixel.
///
/// y = M·(x + bias) with M = P·L·U·diag(e^logs); the effective weights are M and M·bias. The names of the parameters
/// are those of ``ActNorm`` and ``InvertibleConvolution``.
struct TrainableMixing: Sendable {
    let convolution: TrainableConvolution
    private let channels: Int
    private let pixels: Int
    private let offset: Int
    private let bias: Range<Int>
    private let logs: Range<Int>
    private let permutation: Range<Int>
    private let lower: Range<Int>
    private let upper: Range<Int>
    private let logS: Range<Int>
    private let signS: Range<Int>

    /// The map whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(_ layout: ParameterLayout, scope: String, extent: ImageExtent, at offset: inout Int, passesGradient: Bool) {
        channels = extent.channels
        pixels = extent.pixels
        convolution = TrainableConvolution(
            .pointwise(inputChannels: extent.channels, outputChannels: extent.channels),
            on: extent.size,
            at: offset,
            passesGradient: passesGradient
        )
        self.offset = offset
        bias = layout.range("\(scope).actnorm.bias")
        logs = layout.range("\(scope).actnorm.logs")
        permutation = layout.range("\(scope).invertible.permutation")
        lower = layout.range("\(scope).invertible.lower")
        upper = layout.range("\(scope).invertible.upper")
        logS = layout.range("\(scope).invertible.log-s")
        signS = layout.range("\(scope).invertible.sign-s")
        offset += convolution.effectiveCount
    }

    /// Where the effective weights and biases lie.
    var effective: Range<Int> { offset..<offset + convolution.effectiveCount }

    /// Folds and packs the parameters.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let factors = factors(parameters)
        let order = order(parameters)
        let product = factors.lower * factors.upper
        let scale = scale(parameters)
        for output in 0..<channels {
            var sum = 0.0
            for input in 0..<channels {
                let entry = product[order[output], input] * scale[input]
                effective[offset + input * channels + output] = Float(entry)
                sum += entry * Double(parameters[bias.lowerBound + input])
            }
            effective[offset + channels * channels + output] = Float(sum)
        }
        convolution.load(effective)
    }

    /// Log-determinant of one image.
    func logDeterminant(_ parameters: AlignedBuffer) -> Double {
        let sum = logs.reduce(0.0) { $0 + Double(parameters[$1]) }
        return Double(pixels) * (sum + logS.reduce(0.0) { $0 + Double(parameters[$1]) })
    }

    /// Overwrites the parameters' gradient, given that of the effective weights, of a loss that falls by `weight` with
    /// the log-determinant of an image.
    func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        _ parameters: AlignedBuffer,
        logDeterminantWeight weight: Double
    ) {
        let factors = factors(parameters)
        let order = order(parameters)
        let product = factors.lower * factors.upper
        let scale = scale(parameters)
        let source = effectiveGradient.pointer + offset
        let constant = Double(pixels) * weight
        var productGradient = SquareMatrix(size: channels) { _, _ in 0 }
        for input in 0..<channels {
            let shift = Double(parameters[bias.lowerBound + input])
            var (biasGradient, logsGradient) = (0.0, 0.0)
            for output in 0..<channels {
                let entry = product[order[output], input] * scale[input]
                let outer = Double(source[channels * channels + output])
                let entryGradient = Double(source[input * channels + output]) + outer * shift
                biasGradient += outer * entry
                logsGradient += entryGradient * entry
                productGradient[order[output], input] = entryGradient * scale[input]
            }
            gradient[bias.lowerBound + input] = Float(biasGradient)
            gradient[logs.lowerBound + input] = Float(logsGradient - constant)
        }
        unfold(gradient, productGradient, factors, constant)
    }

    /// Overwrites the gradients of L and U, given that of their product.
    private func unfold(_ gradient: AlignedBuffer, _ product: SquareMatrix, _ factors: Factors, _ constant: Double) {
        let lowerGradient = product * factors.upper.transposed()
        let upperGradient = factors.lower.transposed() * product
        for row in 0..<channels {
            for column in 0..<channels {
                let place = row * channels + column
                gradient[lower.lowerBound + place] = column < row ? Float(lowerGradient[row, column]) : 0
                gradient[upper.lowerBound + place] = column > row ? Float(upperGradient[row, column]) : 0
            }
            gradient[logS.lowerBound + row] = Float(upperGradient[row, row] * factors.upper[row, row] - constant)
            gradient[permutation.lowerBound + row] = 0
            gradient[signS.lowerBound + row] = 0
        }
    }

    /// Chooses the actnorm so that it gives each channel mean 0 and standard deviation 1, and loads the result.
    func initialise(_ parameters: AlignedBuffer, _ effective: AlignedBuffer, _ input: RowView, _ pass: BatchPass) {
        ActNorm.initialise(parameters, bias: bias, logs: logs, pass.statistics(input))
        load(effective, parameters)
    }

    private struct Factors {
        let lower: SquareMatrix
        let upper: SquareMatrix
    }

    private func factors(_ parameters: AlignedBuffer) -> Factors {
        let values = parameters.pointer
        return Factors(
            lower: SquareMatrix(size: channels) { row, column in
                row == column ? 1 : row > column ? Double(values[lower.lowerBound + row * channels + column]) : 0
            },
            upper: SquareMatrix(size: channels) { row, column in
                if row < column { return Double(values[upper.lowerBound + row * channels + column]) }
                guard row == column else { return 0 }
                let magnitude = PortableMath.exp(Double(values[logS.lowerBound + row]))
                return Double(values[signS.lowerBound + row]) * magnitude
            }
        )
    }

    private func scale(_ parameters: AlignedBuffer) -> [Double] {
        logs.map { PortableMath.exp(Double(parameters[$0])) }
    }

    private func order(_ parameters: AlignedBuffer) -> [Int] {
        let order = permutation.compactMap { Int(exactly: parameters[$0]) }
        precondition(order.sorted() == Array(0..<channels), "not a permutation of 0..<\(channels)")
        return order
    }
}
