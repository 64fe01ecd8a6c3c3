// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution with its data, and the plain answer to it.
struct ConvolutionCase: Sendable, CustomStringConvertible {
    var shape: ConvolutionShape
    var size: ImageSize
    var images = 1
    var activation = Activation.identity
    var accumulating = false
    /// Whether the convolution may be Winograd's.
    var seesLines = false
    /// Channels of the tensors that the views are cut from, and where the views begin.
    var inputTensorChannels: Int?
    var inputOffset = 0
    var outputTensorChannels: Int?
    var outputOffset = 0
    var seed = 1
    /// Lines of every input image that keep their values where all others take new ones.
    var changedOutside: Range<Int>?

    var description: String {
        "\(shape.kernelHeight)×\(shape.kernelWidth)/\(shape.stride) \(shape.inputChannels)→\(shape.outputChannels) "
            + "on \(images)×\(size.height)×\(size.width), \(activation), accumulating \(accumulating), "
            + "sees lines \(seesLines), seed \(seed)"
    }

    /// Everything about a case drawn at random.
    static func random(seed: Int) -> ConvolutionCase {
        var numbers = Numbers(seed: seed)
        let kernels = [(1, 1), (3, 3), (2, 3), (2, 2), (2, 1), (1, 3), (1, 2)]
        let (height, width) = kernels[numbers.integer(in: 0...kernels.count - 1)]
        let shape = ConvolutionShape(
            kernelHeight: height,
            kernelWidth: width,
            stride: numbers.integer(in: 1...2),
            padding: Padding(
                top: numbers.integer(in: 0...height - 1),
                left: numbers.integer(in: 0...width - 1),
                bottom: numbers.integer(in: 0...height - 1),
                right: numbers.integer(in: 0...width - 1)
            ),
            inputChannels: numbers.integer(in: 1...40),
            outputChannels: numbers.integer(in: 1...70)
        )
        return ConvolutionCase(
            shape: shape,
            size: ImageSize(height: numbers.integer(in: height...6), width: numbers.integer(in: width...7)),
            images: numbers.integer(in: 1...4),
            activation: numbers.integer(in: 0...1) == 0 ? .identity : .relu,
            accumulating: numbers.integer(in: 0...1) == 0,
            inputTensorChannels: shape.inputChannels + numbers.integer(in: 0...5),
            outputTensorChannels: shape.outputChannels + numbers.integer(in: 0...5),
            seed: seed
        )
    }

    /// A Winograd convolution of lines of that width, everything else about it drawn at random.
    static func winograd(width: Int) -> ConvolutionCase {
        var numbers = Numbers(seed: 1000 + width)
        var example = random(seed: 1000 + width)
        let (height, taps) = (numbers.integer(in: 1...2), numbers.integer(in: 2...3))
        example.shape = ConvolutionShape(
            kernelHeight: height,
            kernelWidth: taps,
            padding: Padding(
                top: numbers.integer(in: 0...height),
                left: numbers.integer(in: 0...taps - 1),
                bottom: numbers.integer(in: -1...1),
                right: numbers.integer(in: 0...taps - 1)
            ),
            inputChannels: width == 9 ? 300 : numbers.integer(in: 8...40),
            outputChannels: numbers.integer(in: 1...70)
        )
        example.size = ImageSize(height: numbers.integer(in: 3...9), width: width)
        example.images = width > 33 ? 1 : numbers.integer(in: 1...9)
        example.inputTensorChannels = example.shape.inputChannels + numbers.integer(in: 0...5)
        example.outputTensorChannels = example.shape.outputChannels + numbers.integer(in: 0...5)
        example.seesLines = true
        return example
    }

    var plan: ConvolutionPlan { ConvolutionPlan(shape, on: size, seesLines: seesLines) }
    var outputSize: ImageSize { shape.outputSize(for: size) }
    var inputStride: Int { inputTensorChannels ?? shape.inputChannels }
    var outputStride: Int { outputTensorChannels ?? shape.outputChannels }

    /// Input tensor, weights, bias, and what the output tensor held before.
    var data: (input: [Float], weights: [Float], bias: [Float], old: [Float]) {
        var numbers = Numbers(seed: seed &* 7919)
        var input = numbers.floats(images * size.pixels * inputStride)
        if let changedOutside {
            for index in input.indices {
                let line = index / (inputStride * size.width) % size.height
                if !changedOutside.contains(line) { input[index] = 3 - input[index] }
            }
        }
        return (
            input,
            numbers.floats(shape.weightCount),
            numbers.floats(shape.outputChannels),
            numbers.floats(images * outputSize.pixels * outputStride)
        )
    }

    /// The output tensor as the kernels of `set` compute it.
    func run(_ set: InstructionSet, lines: [Range<Int>]? = nil) -> [Float] {
        let (inputValues, weightValues, bias, old) = data
        let plan = plan
        let weights = plan.pack(weightValues, bias: bias)
        let scratch = AlignedBuffer(count: plan.scratchCount)
        let input = view(inputValues, channels: inputStride)
            .channels(inputOffset..<inputOffset + shape.inputChannels)
        let output = view(old, channels: outputStride)
            .channels(outputOffset..<outputOffset + shape.outputChannels)
        for lines in lines ?? [0..<outputSize.height] {
            KernelSet(set).convolve(
                plan,
                weights,
                from: input,
                into: output,
                activation: activation,
                accumulating: accumulating,
                lines: lines,
                scratch: scratch
            )
        }
        return output.buffer.elements
    }

    /// The output tensor computed in Double, loop by loop.
    var expected: [Double] {
        let (input, weights, bias, old) = data
        var output = old.map(Double.init)
        for image in 0..<images {
            for row in 0..<outputSize.height {
                for column in 0..<outputSize.width {
                    for channel in 0..<shape.outputChannels {
                        let position = (image * outputSize.height + row) * outputSize.width + column
                        let index = position * outputStride + outputOffset + channel
                        var sum = Double(bias[channel]) + (accumulating ? output[index] : 0)
                        sum += products(image, row, column, channel, input, weights)
                        output[index] = activation == .relu ? max(sum, 0) : sum
                    }
                }
            }
        }
        return output
    }

    private func products(
        _ image: Int,
        _ row: Int,
        _ column: Int,
        _ channel: Int,
        _ input: [Float],
        _ weights: [Float]
    ) -> Double {
        var sum = 0.0
        for ky in 0..<shape.kernelHeight {
            for kx in 0..<shape.kernelWidth {
                let y = row * shape.stride + ky - shape.padding.top
                let x = column * shape.stride + kx - shape.padding.left
                guard 0..<size.height ~= y, 0..<size.width ~= x else { continue }
                for source in 0..<shape.inputChannels {
                    let pixel = (image * size.height + y) * size.width + x
                    let tap = (ky * shape.kernelWidth + kx) * shape.inputChannels + source
                    sum +=
                        Double(input[pixel * inputStride + inputOffset + source])
                        * Double(weights[tap * shape.outputChannels + channel])
                }
            }
        }
        return sum
    }
}
