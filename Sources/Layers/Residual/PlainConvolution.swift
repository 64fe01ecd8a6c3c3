// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A convolution in training whose parameters are its weights as they are, [outputs][inputs][rows][columns], and a bias
/// for each output or none.
public struct PlainConvolution: Sendable {
    /// The convolution that runs.
    public let convolution: TrainableConvolution
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
    public init(
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
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let (source, target) = (parameters.pointer + weight.lowerBound, effective.pointer + convolution.offset)
        forEachWeight { target[$1] = source[$0] }
        for (output, place) in convolution.biasRange.enumerated() {
            effective[place] = bias.map { parameters[$0.lowerBound + output] } ?? 0
        }
        convolution.load(effective)
    }

    /// Overwrites the parameters' gradient by that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer) {
        let (source, target) = (effectiveGradient.pointer + convolution.offset, gradient.pointer + weight.lowerBound)
        forEachWeight { target[$0] = source[$1] }
        guard let bias else { return }
        for (index, place) in zip(bias, convolution.biasRange) { gradient[index] = effectiveGradient[place] }
    }

    /// Calls `body` with each weight's place among the parameters and among the effective weights.
    @inline(__always)
    private func forEachWeight(_ body: (_ parameter: Int, _ effective: Int) -> Void) {
        let (inputs, outputs) = (convolution.shape.inputChannels, convolution.shape.outputChannels)
        let taps = convolution.shape.kernelHeight * convolution.shape.kernelWidth
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<taps {
                    body((output * inputs + input) * taps + tap, (tap * inputs + input) * outputs + output)
                }
            }
        }
    }
}
