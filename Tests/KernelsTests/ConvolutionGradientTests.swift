// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Testing

/// The gradients of a convolution case under the loss Σ output ⊙ slopes.
private struct GradientCase {
    let example: ConvolutionCase
    let input: [Float]
    let weights: [Float]
    /// The output's gradient, packed rows.
    let slopes: [Float]

    init(_ example: ConvolutionCase) {
        self.example = example
        (input, weights, _, _) = example.data
        var numbers = Numbers(seed: example.seed &* 31)
        slopes = numbers.floats(example.images * example.outputSize.pixels * example.shape.outputChannels)
    }

    /// Gradients of weights and of the input's channels, each added to what was there, and sums of columns.
    func run(_ set: InstructionSet, old: Float = 0) -> (weights: [Float], input: [Float], sums: [Float]) {
        let shape = example.shape
        let gradient = ConvolutionGradient(shape, on: example.size)
        let packed = gradient.makePackedWeights()
        gradient.repack(packed, AlignedBuffer([9] + weights), at: 1)
        let scratch = AlignedBuffer(count: gradient.scratchCount)
        let source = view(input, channels: example.inputStride)
            .channels(example.inputOffset..<example.inputOffset + shape.inputChannels)
        let slopes = view(slopes, channels: shape.outputChannels)
        let target = view(
            [Float](repeating: old, count: source.rows * shape.inputChannels),
            channels: shape.inputChannels
        )
        // What is not added to must be overwritten.
        let stale = old == 0 ? Float.nan : old
        let sums = AlignedBuffer([Float](repeating: stale, count: 2 + shape.weightCount + shape.outputChannels))
        let kernels = KernelSet(set)
        kernels.backpropagate(gradient, packed, from: slopes, into: target, accumulating: old != 0, scratch: scratch)
        kernels.weightGradient(
            gradient,
            input: source,
            outputGradient: slopes,
            into: sums,
            at: 2,
            accumulating: old != 0,
            scratch: scratch
        )
        kernels.columnSums(slopes, into: sums, at: 2 + shape.weightCount, accumulating: old != 0)
        let all = sums.elements
        return (Array(all[2..<2 + shape.weightCount]), target.elements, Array(all[(2 + shape.weightCount)...]))
    }

    /// The same in Double, loop by loop.
    var expected: (weights: [Double], input: [Double], sums: [Double]) {
        let (shape, size, outputSize) = (example.shape, example.size, example.outputSize)
        var weightGradient = [Double](repeating: 0, count: shape.weightCount)
        var inputGradient = [Double](repeating: 0, count: example.images * size.pixels * shape.inputChannels)
        var sums = [Double](repeating: 0, count: shape.outputChannels)
        for position in 0..<example.images * outputSize.pixels {
            let (image, pixel) = position.quotientAndRemainder(dividingBy: outputSize.pixels)
            for output in 0..<shape.outputChannels {
                let slope = Double(slopes[position * shape.outputChannels + output])
                sums[output] += slope
                for tap in 0..<shape.kernelHeight * shape.kernelWidth {
                    let y = pixel / outputSize.width * shape.stride + tap / shape.kernelWidth - shape.padding.top
                    let x = pixel % outputSize.width * shape.stride + tap % shape.kernelWidth - shape.padding.left
                    guard 0..<size.height ~= y, 0..<size.width ~= x else { continue }
                    let source = image * size.pixels + y * size.width + x
                    for channel in 0..<shape.inputChannels {
                        let weight = (tap * shape.inputChannels + channel) * shape.outputChannels + output
                        let value = input[source * example.inputStride + example.inputOffset + channel]
                        weightGradient[weight] += slope * Double(value)
                        inputGradient[source * shape.inputChannels + channel] += slope * Double(weights[weight])
                    }
                }
            }
        }
        return (weightGradient, inputGradient, sums)
    }
}

@Suite("Gradients of convolutions")
struct ConvolutionGradientTests {
    /// Shapes of the networks, in few channels and in many, and images that fill more than one block of pixels.
    private static let layers: [ConvolutionCase] = [
        layer(3, 3, 2, 48, ImageSize(height: 16, width: 16), images: 3),
        layer(3, 3, 48, 4, ImageSize(height: 16, width: 16), images: 2),
        layer(3, 3, 40, 40, ImageSize(height: 1, width: 1), images: 8),
        layer(1, 1, 64, 96, ImageSize(height: 8, width: 9), images: 5),
        layer(2, 3, 40, 20, ImageSize(height: 14, width: 14), images: 2),
        layer(2, 2, 24, 40, ImageSize(height: 7, width: 7), images: 3),
        layer(3, 3, 16, 32, ImageSize(height: 32, width: 32), images: 1, stride: 2),
        layer(2, 3, 24, 24, ImageSize(height: 28, width: 28), images: 1, stride: 2),
        layer(2, 2, 40, 33, ImageSize(height: 7, width: 9), images: 9),
        layer(3, 3, 264, 17, ImageSize(height: 6, width: 8), images: 5),
        layer(2, 3, 20, 40, ImageSize(height: 40, width: 41), images: 2),
    ]

    private static func layer(
        _ height: Int,
        _ width: Int,
        _ inputs: Int,
        _ outputs: Int,
        _ size: ImageSize,
        images: Int,
        stride: Int = 1
    ) -> ConvolutionCase {
        let padding = Padding(top: height - 1 - height / 3, left: (width - 1) / 2, bottom: height / 3, right: width / 2)
        let shape = ConvolutionShape(
            kernelHeight: height,
            kernelWidth: width,
            stride: stride,
            padding: padding,
            inputChannels: inputs,
            outputChannels: outputs
        )
        return ConvolutionCase(shape: shape, size: size, images: images, seed: inputs + outputs)
    }

    private func expectNear(_ computed: [Float], _ expected: [Double], plus old: Double = 0) {
        #expect(computed.count == expected.count)
        let scale = expected.reduce(1) { max($0, $1.magnitude) }
        for (index, value) in computed.enumerated() {
            #expect(abs(Double(value) - expected[index] - old) <= 3e-6 * scale, "element \(index)")
        }
    }

    @Test("gradients of weights, bias and input are those of the plain loops", arguments: layers)
    func networkLayers(example: ConvolutionCase) {
        let gradients = GradientCase(example)
        let (computed, expected) = (gradients.run(.portable), gradients.expected)
        expectNear(computed.weights, expected.weights)
        expectNear(computed.input, expected.input)
        expectNear(computed.sums, expected.sums)
    }

    @Test("gradients of any convolution are those of the plain loops, added to what is there", arguments: 1...60)
    func randomShapes(seed: Int) {
        let gradients = GradientCase(.random(seed: seed))
        let (computed, expected) = (gradients.run(.portable, old: 0.5), gradients.expected)
        expectNear(computed.weights, expected.weights, plus: 0.5)
        expectNear(computed.input, expected.input, plus: 0.5)
        expectNear(computed.sums, expected.sums, plus: 0.5)
    }

    @Test("gradients have the same bits on every instruction set", arguments: fasterSets, layers)
    func sameBits(set: InstructionSet, example: ConvolutionCase) {
        let gradients = GradientCase(example)
        let (portable, fast) = (gradients.run(.portable), gradients.run(set))
        #expect(bits(fast.weights) == bits(portable.weights))
        #expect(bits(fast.input) == bits(portable.input))
        #expect(bits(fast.sums) == bits(portable.sums))
    }

    @Test("weights packed anew are those packed at first", arguments: 1...20)
    func repacking(seed: Int) {
        var example = ConvolutionCase.random(seed: seed)
        example.seesLines = seed.isMultiple(of: 2)
        var other = example
        other.seed += 1
        let (plan, data) = (example.plan, example.data)
        let packed = plan.pack(other.data.weights, bias: other.data.bias)
        plan.repack(packed, AlignedBuffer([1, 2] + data.weights), at: 2, bias: AlignedBuffer(data.bias))
        let output = AlignedBuffer(count: example.images * plan.outputSize.pixels * example.shape.outputChannels)
        let rows = RowView(
            output,
            rows: example.images * plan.outputSize.pixels,
            channels: example.shape.outputChannels
        )
        example.accumulating = false
        example.activation = .identity
        example.outputTensorChannels = nil
        let input = view(data.input, channels: example.inputStride).channels(0..<example.shape.inputChannels)
        let scratch = AlignedBuffer(count: plan.scratchCount)
        KernelSet(.portable).convolve(plan, packed, from: input, into: rows, scratch: scratch)
        let expected = example.expected
        for (index, value) in rows.elements.enumerated() {
            #expect(abs(Double(value) - expected[index]) <= 2e-5 * max(1, expected[index].magnitude))
        }
    }
}
