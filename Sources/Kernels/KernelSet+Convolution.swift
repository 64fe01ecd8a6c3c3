// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// What becomes of a convolution's sums before they are written.
public enum Activation: Sendable {
    /// Nothing.
    case identity
    /// Negative sums become zero.
    case relu
}

extension KernelSet {
    /// Convolves every image of `input`, writing `output`, which must not overlap it.
    ///
    /// Images follow one another in the rows of the views, a row per pixel. Each output element is one chain of fused
    /// multiply-adds (by taps: one chain per tap, then a sum over the taps) that begins from the bias, in the order of
    /// the weights: kernel row, kernel column, input channel. By Winograd's algorithm, it is a weighted sum of six
    /// chains over kernel row and input channel (five for two kernel columns), to which the bias and the old output are
    /// added. It depends on nothing else, neither on the number of images nor on `lines`.
    ///
    /// - Parameters:
    ///   - plan: The geometry.
    ///   - weights: Weights packed by this plan.
    ///   - input: `images · inputSize.pixels` rows of `inputChannels`.
    ///   - output: `images · outputSize.pixels` rows of `outputChannels`.
    ///   - activation: Applied last.
    ///   - accumulating: Whether the chains begin from the old output plus the bias.
    ///   - lines: Image lines of the output to compute in every image; all by default.
    ///   - scratch: At least `plan.scratchCount` floats, used by no other thread during the call.
    public func convolve(
        _ plan: ConvolutionPlan,
        _ weights: PackedWeights,
        from input: RowView,
        into output: RowView,
        activation: Activation = .identity,
        accumulating: Bool = false,
        lines: Range<Int>? = nil,
        scratch: AlignedBuffer
    ) {
        let lines = lines ?? 0..<plan.outputSize.height
        plan.check(weights, from: input, into: output, lines: lines, scratch: scratch)
        plan.sources.withUnsafeBufferPointer { sources in
            guard let sources = sources.baseAddress, input.rows > 0, !lines.isEmpty else { return }
            let call = ConvolutionCall(
                input: input.pointer,
                inputStride: input.stride,
                inputPixels: plan.inputSize.pixels,
                channels: input.channels,
                sources: sources,
                taps: plan.taps.count,
                zeros: plan.zeros.pointer,
                weights: weights.panels.pointer,
                columns: output.channels,
                bias: weights.bias.pointer,
                output: output.pointer,
                outputStride: output.stride,
                outputPixels: plan.outputSize.pixels,
                firstPixel: lines.lowerBound * plan.outputSize.width,
                pixelCount: lines.count * plan.outputSize.width,
                images: input.rows / plan.inputSize.pixels,
                accumulates: accumulating,
                rectifies: activation == .relu,
                isPointwise: plan.isPointwise,
                scratch: scratch.pointer
            )
            switch plan.route {
            case .direct: withUnsafePointer(to: call) { entries.convolve($0) }
            case .byTaps: convolveByTaps(call, plan, lines)
            case .winograd(let tiling): convolveWinograd(call, plan, tiling, lines)
            }
        }
        withExtendedLifetime((plan, weights, input, output, scratch)) {}
    }

    /// Multiplies every row of `input` by a matrix: `convolve` with a plan from `ConvolutionPlan(inputs:outputs:)`.
    public func multiply(
        _ plan: ConvolutionPlan,
        _ weights: PackedWeights,
        _ input: RowView,
        into output: RowView,
        activation: Activation = .identity,
        accumulating: Bool = false,
        scratch: AlignedBuffer
    ) {
        convolve(
            plan,
            weights,
            from: input,
            into: output,
            activation: activation,
            accumulating: accumulating,
            scratch: scratch
        )
    }
}

extension ConvolutionPlan {
    /// Traps unless everything that a call is given is of this plan.
    fileprivate func check(
        _ weights: PackedWeights,
        from input: RowView,
        into output: RowView,
        lines: Range<Int>,
        scratch: AlignedBuffer
    ) {
        let images = input.rows / inputSize.pixels
        precondition(input.rows == images * inputSize.pixels, "the input is no whole number of images")
        precondition(output.rows == images * outputSize.pixels, "input and output differ in images")
        precondition(input.channels == shape.inputChannels, "the input has other channels than the plan")
        precondition(output.channels == shape.outputChannels, "the output has other channels than the plan")
        precondition(
            weights.rows == weightRows && weights.columns == weightColumns,
            "weights of another plan"
        )
        precondition(lines.lowerBound >= 0 && lines.upperBound <= outputSize.height, "lines outside the output")
        precondition(scratch.count >= scratchCount, "scratch of \(scratch.count) floats is too small")
    }
}
