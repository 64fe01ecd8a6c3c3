// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Actnorm and invertible 1×1 convolution of a ``FlowStep`` as one linear map of each pixel, y = W·(e^logs ⊙ (x +
/// bias)), and its inverse.
struct ChannelMixing: Sendable {
    private let mixing: Convolution
    private let unmixing: Convolution
    /// Log-determinant of one image.
    let logDeterminant: Double

    /// The parameters, in the scopes `actnorm` and `invertible`.
    static func parameters(channels: Int) -> [ParameterSpec] {
        ActNorm.parameters(channels: channels).map { $0.scoped("actnorm") }
            + InvertibleConvolution.parameters(channels: channels).map { $0.scoped("invertible") }
    }

    /// Takes its parameters from `parameters`, for images of `extent`; nil when `invertible.permutation` is not one.
    init?(_ parameters: ParameterSet, extent: ImageExtent) {
        guard let convolution = InvertibleConvolution(parameters.scope("invertible")) else { return nil }
        let actnorm = ActNorm(parameters.scope("actnorm"))
        let scale = actnorm.scale
        let forward = SquareMatrix(size: scale.count) { convolution.matrix[$0, $1] * scale[$1] }
        let reverse = SquareMatrix(size: scale.count) { convolution.inverse[$0, $1] / scale[$0] }
        mixing = Convolution(matrix: forward, bias: forward * actnorm.bias, size: extent.size)
        unmixing = Convolution(matrix: reverse, bias: actnorm.bias.map { -$0 }, size: extent.size)
        logDeterminant = Double(extent.pixels) * (actnorm.logDeterminant + convolution.logDeterminant)
    }

    /// Floats of working memory that one call needs.
    var scratchCount: Int { max(mixing.scratchCount, unmixing.scratchCount) }

    /// output and input are (images, H, W, C).
    func forward(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        mixing.forward(output, input, workspace)
    }

    /// output and input are (images, H, W, C).
    func reverse(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        unmixing.forward(output, input, workspace)
    }
}

/// A ``ChannelMixing`` in training.
///
/// y = M·(x + bias) with M = P·L·U·diag(e^logs); the effective weights are M and M·bias.
struct TrainableChannelMixing: Sendable {
    let convolution: TrainableConvolution
    private let channels: Int
    private let pixels: Int
    private let actnorm: TrainableActNorm
    /// Places of the parameters of the ``InvertibleConvolution``, by name.
    private let invertible: [String: Range<Int>]

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
        actnorm = TrainableActNorm(layout, scope: "\(scope).actnorm")
        let specs = InvertibleConvolution.parameters(channels: extent.channels)
        invertible = Dictionary(
            uniqueKeysWithValues: specs.map { ($0.name, layout.range("\(scope).invertible.\($0.name)")) }
        )
        offset += convolution.effectiveCount
    }

    /// Where the effective weights and biases lie.
    var effectiveRange: Range<Int> { convolution.effectiveRange }

    /// Log-determinant of one image.
    func logDeterminant(_ parameters: AlignedBuffer) -> Double {
        let sum = actnorm.logDeterminant(parameters)
        return Double(pixels) * (sum + range("log-s").reduce(0.0) { $0 + Double(parameters[$1]) })
    }

    /// Folds and packs the parameters.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let factors = factors(parameters)
        let product = factors.lower * factors.upper
        let scale = actnorm.scale(parameters)
        let target = effective.pointer + convolution.offset
        for output in 0..<channels {
            var sum = 0.0
            for input in 0..<channels {
                let entry = product[factors.order[output], input] * scale[input]
                target[input * channels + output] = Float(entry)
                sum += entry * Double(parameters[actnorm.bias.lowerBound + input])
            }
            target[channels * channels + output] = Float(sum)
        }
        convolution.load(effective)
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
        let product = factors.lower * factors.upper
        let scale = actnorm.scale(parameters)
        let source = effectiveGradient.pointer + convolution.offset
        let constant = Double(pixels) * weight
        var productGradient = SquareMatrix(size: channels) { _, _ in 0 }
        for input in 0..<channels {
            let shift = Double(parameters[actnorm.bias.lowerBound + input])
            var (biasGradient, logsGradient) = (0.0, 0.0)
            for output in 0..<channels {
                let row = factors.order[output]
                let entry = product[row, input] * scale[input]
                let outer = Double(source[channels * channels + output])
                let entryGradient = Double(source[input * channels + output]) + outer * shift
                biasGradient += outer * entry
                logsGradient += entryGradient * entry
                productGradient[row, input] = entryGradient * scale[input]
            }
            gradient[actnorm.bias.lowerBound + input] = Float(biasGradient)
            gradient[actnorm.logs.lowerBound + input] = Float(logsGradient - constant)
        }
        unfold(gradient, productGradient, factors, constant)
    }

    /// Overwrites the gradients of L and U, given that of their product.
    private func unfold(_ gradient: AlignedBuffer, _ product: SquareMatrix, _ factors: LUFactors, _ constant: Double) {
        let lowerGradient = product * factors.upper.transposed()
        let upperGradient = factors.lower.transposed() * product
        let (lower, upper, logS) = (range("lower"), range("upper"), range("log-s"))
        for row in 0..<channels {
            for column in 0..<channels {
                let place = row * channels + column
                gradient[lower.lowerBound + place] = column < row ? Float(lowerGradient[row, column]) : 0
                gradient[upper.lowerBound + place] = column > row ? Float(upperGradient[row, column]) : 0
            }
            gradient[logS.lowerBound + row] = Float(upperGradient[row, row] * factors.upper[row, row] - constant)
        }
        for place in [range("permutation"), range("sign-s")].joined() { gradient[place] = 0 }
    }

    /// Chooses the actnorm so that it gives each channel mean 0 and standard deviation 1, and loads the result.
    func initialise(_ input: RowView, _ pass: FlowInitialisation) {
        actnorm.initialise(pass.parameters, pass.statistics(input))
        load(pass.effective, pass.parameters)
    }

    private func factors(_ parameters: AlignedBuffer) -> LUFactors {
        guard let factors = LUFactors(parameter: { parameters.values(range($0)) }) else {
            preconditionFailure("not a permutation of 0..<\(channels)")
        }
        return factors
    }

    private func range(_ name: String) -> Range<Int> {
        guard let range = invertible[name] else { preconditionFailure("no parameter '\(name)'") }
        return range
    }
}
