// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Small computations that exercise every kind of kernel; their bits identify an arithmetic.
enum KnownAnswers {
    static func values(_ kernels: KernelSet) -> [Float] {
        ElementwiseFunction.allCases.flatMap { elementwise($0, kernels) } + convolution(kernels)
    }

    private static func elementwise(_ function: ElementwiseFunction, _ kernels: KernelSet) -> [Float] {
        let inputs = (0..<257).map { Float($0) / 16 - 8 } + [1e-30, 80, -80]
        let values = AlignedBuffer(function == .logarithm ? inputs.map(\.magnitude) : inputs)
        let view = RowView(values, rows: 1, channels: inputs.count)
        kernels.apply(function, to: view, into: view)
        return values.elements
    }

    /// A 3×3 convolution whose sizes leave a remainder in every tile.
    private static func convolution(_ kernels: KernelSet) -> [Float] {
        let size = ImageSize(height: 7, width: 5)
        let shape = ConvolutionShape(
            kernelHeight: 3,
            kernelWidth: 3,
            padding: Padding(1),
            inputChannels: 3,
            outputChannels: 21
        )
        let plan = ConvolutionPlan(shape, on: size)
        let draws = RandomStream(seed: 2, purpose: .initialisation, index: 0)
        let numbers = draws.gaussians(shape.weightCount + size.pixels * 3, kernels)
        let weights = plan.pack(Array(numbers.prefix(shape.weightCount)))
        let input = AlignedBuffer(Array(numbers.dropFirst(shape.weightCount)))
        let output = AlignedBuffer(count: size.pixels * 21)
        kernels.convolve(
            plan,
            weights,
            from: RowView(input, rows: size.pixels, channels: 3),
            into: RowView(output, rows: size.pixels, channels: 21),
            activation: .relu,
            scratch: AlignedBuffer(count: plan.scratchCount)
        )
        return output.elements
    }
}
