// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution with a normalisation folded in, y = (conv(x) + bias)·e^(factor·logs), in training.
///
/// With factor 1 it is a hidden layer of a ``CouplingNetwork`` with its ``ActNorm``, with factor 3 a
/// ``ZeroConvolution``. Its effective weights are weight·e^(factor·logs) and bias·e^(factor·logs).
struct ScaledConvolution: Sendable {
    private let convolution: TrainableConvolution
    private let shape: ConvolutionShape
    private let offset: Int
    /// Rows, and columns, of the kernel that the parameters hold.
    private let kernel: Int
    private let pixels: Int
    private let factor: Double
    private let weight: Range<Int>
    private let bias: Range<Int>
    private let logs: Range<Int>

    /// What the logarithms of the scales are multiplied by.
    enum Scale: Double, Sendable {
        /// An actnorm, whose parameters are in the scope `actnorm`.
        case actnorm = 1
        /// The last layer of a network, whose parameters lie beside the weight.
        case zero = 3
    }

    /// The convolution whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        scope: String,
        kernel: Int,
        inputs: Int,
        outputs: Int,
        scale: Scale,
        size: ImageSize,
        at offset: inout Int
    ) {
        // In an image of one line, or one column, the kernel's middle is all that ever meets a pixel.
        let (height, width) = (size.height == 1 ? 1 : kernel, size.width == 1 ? 1 : kernel)
        shape = ConvolutionShape(
            kernelHeight: height,
            kernelWidth: width,
            padding: Padding(top: height / 2, left: width / 2, bottom: height / 2, right: width / 2),
            inputChannels: inputs,
            outputChannels: outputs
        )
        self.kernel = kernel
        convolution = TrainableConvolution(shape, on: size, at: offset)
        self.offset = offset
        pixels = size.pixels
        factor = scale.rawValue
        let normalization = scale == .actnorm ? "\(scope).actnorm" : scope
        weight = layout.range("\(scope).weight")
        bias = layout.range("\(normalization).bias")
        logs = layout.range("\(normalization).logs")
        offset += convolution.effectiveCount
    }

    /// Floats of working memory that one call needs.
    var scratchCount: Int { convolution.scratchCount }

    /// Where the effective weights and biases lie.
    var effective: Range<Int> { offset..<offset + convolution.effectiveCount }

    /// Folds and packs the parameters.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        let scale = scale(parameters)
        let target = effective.pointer + offset
        let source = parameters.pointer + weight.lowerBound
        scale.withUnsafeBufferPointer { scale in
            visit { outputs, step, place, effectivePlace in
                for (lane, output) in outputs.enumerated() {
                    target[effectivePlace + lane] = Float(Double(source[place + lane * step]) * scale[output])
                }
            }
        }
        for output in 0..<shape.outputChannels {
            let value = Double(parameters[bias.lowerBound + output]) * scale[output]
            target[shape.weightCount + output] = Float(value)
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

    /// Writes the effective `gradient`, or adds to it unless `isFirst`, and gives the input's, from the gradient of y.
    func backward(
        _ inputGradient: RowView,
        accumulating: Bool = false,
        outputGradient: RowView,
        input: RowView,
        _ gradient: AlignedBuffer,
        isFirst: Bool = true,
        _ workspace: TrainingWorkspace
    ) {
        convolution.backward(
            inputGradient,
            accumulating: accumulating,
            outputGradient: outputGradient,
            input: input,
            gradient,
            isFirst: isFirst,
            workspace
        )
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        let scale = scale(parameters)
        let source = effectiveGradient.pointer + offset
        let (target, values) = (gradient.pointer + weight.lowerBound, parameters.pointer + weight.lowerBound)
        if shape.weightCount < weight.count { target.update(repeating: 0, count: weight.count) }
        scale.withUnsafeBufferPointer { scale in
            visit { outputs, step, place, effectivePlace in
                for (lane, output) in outputs.enumerated() {
                    target[place + lane * step] = Float(Double(source[effectivePlace + lane]) * scale[output])
                }
            }
        }
        let step = weight.count / shape.outputChannels
        for output in 0..<shape.outputChannels {
            let biasGradient = Double(source[shape.weightCount + output]) * scale[output]
            gradient[bias.lowerBound + output] = Float(biasGradient)
            // Both factors of the effective weight: what a scale's logarithm moves is its weight's own gradient, times
            // it.
            let sum = dotProduct(target + output * step, values + output * step, count: step)
            let shift = biasGradient * Double(parameters[bias.lowerBound + output])
            gradient[logs.lowerBound + output] = Float(factor * (sum + shift))
        }
    }

    /// Chooses bias and logs so that each output has mean 0 and standard deviation 1 over the batch, and loads the
    /// result.
    ///
    /// `output` is overwritten with the convolution alone.
    func initialise(
        _ parameters: AlignedBuffer,
        _ effective: AlignedBuffer,
        _ output: RowView,
        _ input: RowView,
        _ pass: BatchPass
    ) {
        for channel in bias { parameters[channel] = 0 }
        for channel in logs { parameters[channel] = 0 }
        load(effective, parameters)
        pass.forEach { images, workspace in
            let rows = images.lowerBound * pixels..<images.upperBound * pixels
            forward(output.rows(rows), input.rows(rows), workspace)
        }
        ActNorm.initialise(parameters, bias: bias, logs: logs, pass.statistics(output))
        load(effective, parameters)
    }

    private func scale(_ parameters: AlignedBuffer) -> [Double] {
        logs.map { PortableMath.exp(factor * Double(parameters[$0])) }
    }

    /// Calls `body` for every tap of every input, and some outputs at a time: the effective weights of neighbouring
    /// outputs lie side by side from `effectivePlace` on, those of the parameter `step` apart from `place` on.
    ///
    /// The one are ordered [tap][input][output], the other [output][input][tap]; the order of the calls keeps to
    /// neighbours in both.
    @inline(__always)
    private func visit(_ body: (_ outputs: Range<Int>, _ step: Int, _ place: Int, _ effectivePlace: Int) -> Void) {
        let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
        let step = inputs * kernel * kernel
        for first in stride(from: 0, to: outputs, by: 16) {
            for input in 0..<inputs {
                for tap in 0..<shape.kernelHeight * shape.kernelWidth {
                    let place = first * step + input * kernel * kernel + parameterTap(tap)
                    let effectivePlace = (tap * inputs + input) * outputs + first
                    // A number of lanes that the compiler knows.
                    if outputs - first >= 16 {
                        body(first..<first + 16, step, place, effectivePlace)
                    } else {
                        body(first..<outputs, step, place, effectivePlace)
                    }
                }
            }
        }
    }

    /// The tap of the whole kernel that is `tap` of the part of it that meets pixels.
    private func parameterTap(_ tap: Int) -> Int {
        let row = tap / shape.kernelWidth + (kernel - shape.kernelHeight) / 2
        return row * kernel + tap % shape.kernelWidth + (kernel - shape.kernelWidth) / 2
    }
}
