// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution with a normalisation folded in, y = (conv(x) + bias)·e^(factor·logs).
///
/// With factor 1 it is a hidden layer of a ``CouplingNetwork`` with its ``ActNorm``, with factor 3 the layer that ends
/// a network and starts as zero (Glow, §3.3).
struct ScaledConvolution: Sendable {
    private let convolution: Convolution

    /// Takes its parameters from `parameters`, for images of `size`.
    init(_ parameters: ParameterSet, scale: ScaledConvolutionShape.Scale, size: ImageSize) {
        let normalisation = scale == .actnorm ? parameters.scope("actnorm") : parameters
        convolution = Convolution(
            weight: parameters["weight"],
            scale: Self.scale(normalisation["logs"], scale),
            bias: normalisation["bias"].values.map(Double.init),
            size: size
        )
    }

    /// e^(factor·logs).
    static func scale(_ logs: Tensor, _ scale: ScaledConvolutionShape.Scale) -> [Double] {
        logs.values.map { PortableMath.exp(scale.rawValue * Double($0)) }
    }

    /// Floats of working memory that one call needs.
    var scratchCount: Int { convolution.scratchCount }

    /// output = act(y) for every image of `input`.
    func forward(_ output: RowView, _ input: RowView, activation: Activation = .identity, _ workspace: Workspace) {
        convolution.forward(output, input, activation: activation, workspace)
    }
}

/// A ``ScaledConvolution`` in training.
///
/// Its effective weights are weight·e^(factor·logs) and bias·e^(factor·logs).
struct TrainableScaledConvolution: Sendable {
    private let convolution: TrainableConvolution
    private let shape: ScaledConvolutionShape
    private let pixels: Int
    private let weight: Range<Int>
    private let normalisation: TrainableActNorm

    /// The convolution whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        scope: String,
        _ shape: ScaledConvolutionShape,
        size: ImageSize,
        at offset: inout Int
    ) {
        self.shape = shape
        convolution = TrainableConvolution(shape.trained(on: size), on: size, at: offset)
        pixels = size.pixels
        weight = layout.range("\(scope).weight")
        normalisation = TrainableActNorm(layout, scope: shape.scale == .actnorm ? "\(scope).actnorm" : scope)
        offset += convolution.effectiveCount
    }

    private var factor: Double { shape.scale.rawValue }

    /// Floats of working memory that one call needs.
    var scratchCount: Int { convolution.scratchCount }

    /// Where the effective weights and biases lie.
    var effectiveRange: Range<Int> { convolution.effectiveRange }

    /// Folds and packs the parameters.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let scale = normalisation.scale(parameters, factor: factor)
        let target = effective.pointer + convolution.offset
        let source = parameters.pointer + weight.lowerBound
        scale.withUnsafeBufferPointer { scale in
            shape.forEachWeight(of: convolution.shape) { outputs, step, place, effectivePlace in
                for (lane, output) in outputs.enumerated() {
                    target[effectivePlace + lane] = Float(Double(source[place + lane * step]) * scale[output])
                }
            }
        }
        for (output, place) in convolution.biasRange.enumerated() {
            let value = Double(parameters[normalisation.bias.lowerBound + output]) * scale[output]
            effective[place] = Float(value)
        }
        convolution.load(effective)
    }

    /// output = act(y) for every image of `input`.
    func forward(
        _ output: RowView,
        _ input: RowView,
        activation: Activation = .identity,
        _ workspace: TrainingWorkspace
    ) {
        convolution.forward(output, input, activation: activation, workspace)
    }

    /// Writes the effective weights' gradient, and gives the input's, from the gradient of y.
    func backward(
        _ inputGradient: RowView,
        accumulating: Bool = false,
        outputGradient: RowView,
        input: RowView,
        _ pass: BackwardPass
    ) {
        convolution.backward(
            inputGradient,
            accumulating: accumulating,
            outputGradient: outputGradient,
            input: input,
            pass
        )
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        let scale = normalisation.scale(parameters, factor: factor)
        let source = effectiveGradient.pointer + convolution.offset
        let (target, values) = (gradient.pointer + weight.lowerBound, parameters.pointer + weight.lowerBound)
        // Taps that meet no pixel have no gradient.
        if convolution.shape.weightCount < weight.count { target.update(repeating: 0, count: weight.count) }
        scale.withUnsafeBufferPointer { scale in
            shape.forEachWeight(of: convolution.shape) { outputs, step, place, effectivePlace in
                for (lane, output) in outputs.enumerated() {
                    target[place + lane * step] = Float(Double(source[effectivePlace + lane]) * scale[output])
                }
            }
        }
        let step = weight.count / shape.outputs
        for (output, place) in convolution.biasRange.enumerated() {
            let bias = normalisation.bias.lowerBound + output
            let biasGradient = Double(effectiveGradient[place]) * scale[output]
            gradient[bias] = Float(biasGradient)
            // Both factors of the effective weight: what a scale's logarithm moves is its weight's own gradient, times
            // it.
            let sum = dotProduct(target + output * step, values + output * step, count: step)
            let shift = biasGradient * Double(parameters[bias])
            gradient[normalisation.logs.lowerBound + output] = Float(factor * (sum + shift))
        }
    }

    /// Chooses bias and logs so that each output has mean 0 and standard deviation 1 over the batch, and loads the
    /// result.
    ///
    /// `output` is overwritten with the convolution alone.
    func initialise(_ output: RowView, _ input: RowView, _ pass: FlowInitialisation) {
        normalisation.clear(pass.parameters)
        load(pass.effective, pass.parameters)
        forward(output, input, pass)
        normalisation.initialise(pass.parameters, pass.statistics(output))
        load(pass.effective, pass.parameters)
    }

    /// output = act(y) for the whole batch.
    func forward(
        _ output: RowView,
        _ input: RowView,
        activation: Activation = .identity,
        _ pass: FlowInitialisation
    ) {
        pass.forEach(pixels: pixels) { rows, workspace in
            forward(output.rows(rows), input.rows(rows), activation: activation, workspace)
        }
    }
}
