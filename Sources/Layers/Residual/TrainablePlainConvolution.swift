// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution in training whose parameters are its weights as they are, [output][input][row][column], and a bias for
/// each output or none.
struct TrainablePlainConvolution: Sendable {
    /// The convolution that runs.
    let convolution: TrainableConvolution
    private let weight: Range<Int>
    private let bias: Range<Int>?

    /// The convolution of images of `size` whose parameters are in `scope`.
    ///
    /// - Parameters:
    ///   - layout: Where the parameters lie.
    ///   - scope: The layer, which has a `weight`.
    ///   - shape: The convolution.
    ///   - hasBias: Whether the layer has a `bias` too.
    ///   - size: Size of the images read.
    ///   - offset: Where its effective weights lie; moves behind them.
    ///   - passesGradient: Whether anyone needs the gradient of its input.
    init(
        _ layout: ParameterLayout,
        scope: String,
        _ shape: ConvolutionShape,
        hasBias: Bool = false,
        on size: ImageSize,
        at offset: inout Int,
        passesGradient: Bool = true
    ) {
        convolution = TrainableConvolution(shape, on: size, at: offset, passesGradient: passesGradient)
        weight = layout.range("\(scope).weight")
        bias = hasBias ? layout.range("\(scope).bias") : nil
        precondition(weight.count == shape.weightCount, "\(scope).weight has \(weight.count) numbers")
        offset += convolution.effectiveCount
    }

    /// Puts the parameters into the effective vector and packs them.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let (source, target) = (parameters.pointer + weight.lowerBound, effective.pointer + convolution.offset)
        convolution.shape.forEachWeight { _, parameter, place in target[place] = source[parameter] }
        for (output, place) in convolution.biasRange.enumerated() {
            effective[place] = bias.map { parameters[$0.lowerBound + output] } ?? 0
        }
        convolution.load(effective)
    }

    /// Overwrites the parameters' gradient by that of the effective weights.
    func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer) {
        let (source, target) = (effectiveGradient.pointer + convolution.offset, gradient.pointer + weight.lowerBound)
        convolution.shape.forEachWeight { _, parameter, place in target[parameter] = source[place] }
        guard let bias else { return }
        for (index, place) in zip(bias, convolution.biasRange) { gradient[index] = effectiveGradient[place] }
    }
}
