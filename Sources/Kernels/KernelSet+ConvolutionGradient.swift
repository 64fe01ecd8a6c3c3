// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// The gradient of a convolution's input from that of its output.
    ///
    /// Each element depends on its own image alone.
    ///
    /// - Parameters:
    ///   - gradient: The geometry.
    ///   - weights: The convolution's weights, packed by `gradient`.
    ///   - outputGradient: `images · outputSize.pixels` rows of the output's channels.
    ///   - inputGradient: `images · inputSize.pixels` rows of the input's channels, written.
    ///   - accumulating: Whether the result is added to what `inputGradient` holds.
    ///   - scratch: At least `gradient.scratchCount` floats, used by no other thread during the call.
    public func backpropagate(
        _ gradient: ConvolutionGradient,
        _ weights: PackedWeights,
        from outputGradient: RowView,
        into inputGradient: RowView,
        accumulating: Bool = false,
        scratch: AlignedBuffer
    ) {
        convolve(
            gradient.transposed,
            weights,
            from: outputGradient,
            into: inputGradient,
            accumulating: accumulating,
            scratch: scratch
        )
    }

    /// The gradient of a convolution's weights: Σ input ⊗ output's gradient over all pixels.
    ///
    /// Every element is one chain of fused multiply-adds over the pixels in order, begun from what is added to or, as
    /// the shape has it, from zero and added at its end; by Winograd's algorithm, a weighted sum of such chains.
    ///
    /// - Parameters:
    ///   - gradient: The geometry.
    ///   - input: What the convolution read.
    ///   - outputGradient: The gradient of what it wrote.
    ///   - buffer: Holds the weights' gradient, [kernel row][kernel column][input][output], from `offset` on.
    ///   - offset: Where it begins.
    ///   - accumulating: Whether the result is added to what the buffer holds.
    ///   - scratch: At least `gradient.scratchCount` floats, used by no other thread during the call.
    public func weightGradient(
        _ gradient: ConvolutionGradient,
        input: RowView,
        outputGradient: RowView,
        into buffer: AlignedBuffer,
        at offset: Int,
        accumulating: Bool = false,
        scratch: AlignedBuffer
    ) {
        let plan = gradient.weights
        precondition(
            offset >= 0 && offset + gradient.shape.weightCount <= buffer.count,
            "the gradient leaves its buffer"
        )
        precondition(scratch.count >= plan.scratchCount, "scratch of \(scratch.count) floats is too small")
        precondition(input.channels == gradient.shape.inputChannels, "the input has other channels than the plan")
        precondition(outputGradient.channels == gradient.shape.outputChannels, "the gradient has other channels")
        let images = input.rows / gradient.inputSize.pixels
        precondition(input.rows == images * gradient.inputSize.pixels, "the input is no whole number of images")
        precondition(outputGradient.rows == images * gradient.outputSize.pixels, "input and gradient differ in images")
        precondition(images > 0, "no images to take a gradient from")
        let target = buffer.pointer + offset
        if let winograd = plan.winograd, winograd.suits(images: images) {
            weightGradient(winograd, input, outputGradient, into: target, accumulating: accumulating, scratch)
        } else {
            WeightProduct(plan, target, scratch.pointer, entries)(input, outputGradient, accumulating: accumulating)
        }
        withExtendedLifetime((plan, input, outputGradient, buffer, scratch)) {}
    }

    /// Each channel's sum over the rows of `view`, in order, begun from what is added to.
    ///
    /// - Parameters:
    ///   - view: The rows.
    ///   - buffer: Holds the sums from `offset` on.
    ///   - offset: Where they begin.
    ///   - accumulating: Whether they are added to what the buffer holds.
    public func columnSums(_ view: RowView, into buffer: AlignedBuffer, at offset: Int, accumulating: Bool = false) {
        precondition(offset >= 0 && offset + view.channels <= buffer.count, "the sums leave their buffer")
        Strips.withBuffers { edge, _, _, _ in
            entries.columnSums(view.kernelRows, buffer.pointer + offset, accumulating, view.extent(edge: edge))
        }
        withExtendedLifetime((view, buffer)) {}
    }
}
