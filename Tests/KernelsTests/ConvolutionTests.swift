// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Testing

/// Shapes that the models use, and those at the edges of tiles, panels and chains.
private let notable: [ConvolutionCase] = {
    func pointwise(_ inputs: Int, _ outputs: Int, rows: Int) -> ConvolutionCase {
        ConvolutionCase(
            shape: .pointwise(inputChannels: inputs, outputChannels: outputs),
            size: ImageSize(height: 1, width: 1),
            images: rows
        )
    }
    func square(_ inputs: Int, _ outputs: Int, _ side: Int, images: Int) -> ConvolutionCase {
        ConvolutionCase(
            shape: ConvolutionShape(
                kernelHeight: 3,
                kernelWidth: 3,
                padding: Padding(1),
                inputChannels: inputs,
                outputChannels: outputs
            ),
            size: ImageSize(height: side, width: side),
            images: images,
            inputTensorChannels: 2 * inputs,
            outputTensorChannels: outputs + 3,
            outputOffset: 1
        )
    }
    let rows = [1, 2, 3, 4, 5, 7, 11, 12, 13, 23, 97].map { pointwise(9, 33, rows: $0) }
    let columns = [1, 2, 3, 4, 5, 15, 16, 17, 20, 24, 25, 31, 32, 40, 41, 48, 49, 100].map {
        pointwise(5, $0, rows: 14)
    }
    let depths = [1, 2, 255, 256, 257, 512, 600].map { pointwise($0, 20, rows: 5) }
    let layers = [
        square(2, 32, 5, images: 2), square(32, 4, 4, images: 3), square(32, 2, 1, images: 5),
        square(64, 6, 2, images: 3), square(33, 20, 3, images: 2), square(40, 12, 15, images: 1),
    ]
    let inPlace = [(1, 20, 4, 2), (1, 9, 33, 1), (3, 64, 4, 2), (3, 40, 3, 1)].map { kernel, inputs, outputs, images in
        ConvolutionCase(
            shape: ConvolutionShape(
                kernelHeight: kernel,
                kernelWidth: kernel,
                padding: Padding(kernel / 2),
                inputChannels: inputs,
                outputChannels: outputs
            ),
            size: ImageSize(height: 6, width: 5),
            images: images,
            inputTensorChannels: ConvolutionPlan.rowStride
        )
    }
    return rows + columns + depths + layers + inPlace
}()

private let random = (1...40).map(ConvolutionCase.random(seed:)) + winograd

/// Every width of a few Winograd tiles, and one whose line is longer than a block of them.
private let winograd = (Array(1...33) + [230]).map(ConvolutionCase.winograd(width:))

@Suite("Convolution and matrix multiply")
struct ConvolutionTests {
    @Test("a convolution is the sum of its products", arguments: notable + random)
    func matchesNaiveSums(_ example: ConvolutionCase) {
        let set = InstructionSet.available.last ?? .portable
        let computed = example.run(set)
        let expected = example.expected
        let terms = Float(example.shape.kernelHeight * example.shape.kernelWidth * example.shape.inputChannels)
        // Products are at most 1: a chain of n of them is off by about √n roundings of a sum below 16.
        let tolerance = Double(terms.squareRoot() + 2) * 0x1p-19
        for (index, value) in computed.enumerated() {
            #expect(abs(Double(value) - expected[index]) <= tolerance, "element \(index)")
        }
    }

    @Test("every instruction set gives the portable one's bits", arguments: notable + random)
    func isBitIdenticalAcrossInstructionSets(_ example: ConvolutionCase) {
        let portable = bits(example.run(.portable))
        for set in fasterSets {
            #expect(bits(example.run(set)) == portable, "\(set)")
        }
    }

    @Test("an image's output does not depend on the images beside it", arguments: notable.suffix(10) + random)
    func isIndependentOfTheBatch(_ example: ConvolutionCase) {
        let set = InstructionSet.available.last ?? .portable
        let (input, weights, bias, old) = example.data
        let plan = example.plan
        let packed = plan.pack(weights, bias: bias)
        let inputs = view(input, channels: example.inputStride).channels(0..<example.shape.inputChannels)
        let outputs = view(old, channels: example.outputStride)
            .channels(example.outputOffset..<example.outputOffset + example.shape.outputChannels)
        let scratch = AlignedBuffer(count: plan.scratchCount)
        for image in (0..<example.images).reversed() {
            KernelSet(set).convolve(
                plan,
                packed,
                from: inputs.rows(image * example.size.pixels..<(image + 1) * example.size.pixels),
                into: outputs.rows(image * example.outputSize.pixels..<(image + 1) * example.outputSize.pixels),
                activation: example.activation,
                accumulating: example.accumulating,
                scratch: scratch
            )
        }
        #expect(bits(outputs.buffer.elements) == bits(example.run(set)))
    }

    @Test("lines computed one by one are those computed at once", arguments: notable.suffix(10) + random)
    func isIndependentOfTheSplitIntoLines(_ example: ConvolutionCase) {
        let lines = (0..<example.outputSize.height).map { $0..<$0 + 1 }
        for set in InstructionSet.available {
            #expect(bits(example.run(set, lines: lines)) == bits(example.run(set)), "\(set)")
        }
    }

    @Test("one, two and three threads give the same bits", .timeLimit(.minutes(1)), arguments: [1, 2, 3])
    func isIndependentOfThreads(threads: Int) {
        var example = ConvolutionCase.random(seed: 5)
        example.images = 9
        let (input, weights, bias, old) = example.data
        let plan = example.plan
        let packed = plan.pack(weights, bias: bias)
        let inputs = view(input, channels: example.inputStride).channels(0..<example.shape.inputChannels)
        let outputs = view(old, channels: example.outputStride).channels(0..<example.shape.outputChannels)
        let scratch = (0..<threads).map { _ in AlignedBuffer(count: plan.scratchCount) }
        let kernels = KernelSet(InstructionSet.available.last ?? .portable)
        let shown = example
        WorkPool(threads: threads).forEach(example.images) { image, thread in
            kernels.convolve(
                plan,
                packed,
                from: inputs.rows(image * shown.size.pixels..<(image + 1) * shown.size.pixels),
                into: outputs.rows(image * shown.outputSize.pixels..<(image + 1) * shown.outputSize.pixels),
                activation: shown.activation,
                accumulating: shown.accumulating,
                scratch: scratch[thread]
            )
        }
        #expect(bits(outputs.buffer.elements) == bits(example.run(.portable)))
    }

    @Test("convolutions of lines are Winograd's where that saves work")
    func choosesWinograd() {
        func usesWinograd(_ shape: ConvolutionShape, width: Int, seesLines: Bool = true) -> Bool {
            ConvolutionPlan(shape, on: ImageSize(height: 3, width: width), seesLines: seesLines).usesWinograd
        }
        var shape = ConvolutionShape(
            kernelHeight: 2,
            kernelWidth: 3,
            padding: Padding(top: 1, left: 1, right: 1),
            inputChannels: 40,
            outputChannels: 20
        )
        #expect([28, 14, 7, 4].allSatisfy { usesWinograd(shape, width: $0) })
        #expect(!usesWinograd(shape, width: 1) && !usesWinograd(shape, width: 2))
        #expect(!usesWinograd(shape, width: 28, seesLines: false))
        shape.stride = 2
        #expect(!usesWinograd(shape, width: 28))
        #expect(winograd.filter(\.plan.usesWinograd).count > winograd.count / 2)
    }

    @Test("an output of Winograd's depends on nothing but the lines that its taps see", arguments: winograd)
    func seesItsLinesAlone(_ example: ConvolutionCase) {
        var other = example
        let (shape, seen) = (example.shape, example.outputSize.height / 2)
        let first = seen - shape.padding.top
        let lines = max(first, 0)..<max(min(first + shape.kernelHeight, example.size.height), max(first, 0))
        other.changedOutside = lines
        let set = InstructionSet.available.last ?? .portable
        let (found, expected) = (other.run(set), example.run(set))
        let line = example.outputSize.width * example.outputStride
        for image in 0..<example.images {
            let start = (image * example.outputSize.height + seen) * line
            #expect(bits(Array(found[start..<start + line])) == bits(Array(expected[start..<start + line])))
        }
    }

    @Test("infinities and NaN reach the output", arguments: InstructionSet.available)
    func keepsNonFiniteValues(_ set: InstructionSet) {
        let plan = ConvolutionPlan(inputs: 2, outputs: 3)
        let weights = plan.pack([1, 0, 1, 1, 1, -1])
        let input = view([.infinity, 1, .nan, 1, .infinity, .infinity], channels: 2)
        let output = RowView(AlignedBuffer(count: 9), rows: 3, channels: 3)
        KernelSet(set).multiply(
            plan,
            weights,
            input,
            into: output,
            activation: .relu,
            scratch: AlignedBuffer(count: plan.scratchCount)
        )
        let expected: [Float] = [.infinity, .nan, .infinity, .nan, .nan, .nan, .infinity, .nan, .nan]
        #expect(bits(output.elements) == bits(expected))
    }

    @Test("weights of another shape are a bug of the caller")
    func refusesForeignWeights() async {
        await #expect(processExitsWith: .failure) {
            let plan = ConvolutionPlan(inputs: 2, outputs: 3)
            let other = ConvolutionPlan(inputs: 3, outputs: 3).pack(Array(repeating: 1, count: 9))
            KernelSet(.portable).multiply(
                plan,
                other,
                RowView(AlignedBuffer(count: 2), rows: 1, channels: 2),
                into: RowView(AlignedBuffer(count: 3), rows: 1, channels: 3),
                scratch: AlignedBuffer(count: plan.scratchCount)
            )
        }
    }
}
