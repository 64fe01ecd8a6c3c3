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

    /// Adds the gradient of a convolution's weights, Σ input ⊗ output's gradient, to what `buffer` holds.
    ///
    /// Every element is one chain of fused multiply-adds over the pixels in order, begun from what the buffer holds or, as the
    /// shape has it, from zero and added to the buffer at its end; by tiles, a weighted sum of such chains.
    ///
    /// - Parameters:
    ///   - gradient: The geometry.
    ///   - input: What the convolution read.
    ///   - outputGradient: The gradient of what it wrote.
    ///   - buffer: Holds the weights' gradient, [kernel row][kernel column][input][output], from `offset` on.
    ///   - offset: Where it begins.
    ///   - scratch: At least `gradient.scratchCount` floats, used by no other thread during the call.
    public func accumulateWeightGradient(
        _ gradient: ConvolutionGradient,
        input: RowView,
        outputGradient: RowView,
        into buffer: AlignedBuffer,
        at offset: Int,
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
        if let tiles = plan.tiles, tiles.suits(images: images) {
            return accumulateWeightGradient(tiles, input, outputGradient, buffer.pointer + offset, scratch)
        }
        WeightProduct(plan, buffer.pointer + offset, scratch.pointer, entries).add(input, outputGradient)
        withExtendedLifetime((plan, input, outputGradient, buffer, scratch)) {}
    }

    /// Adds to each element of `buffer`, from `offset` on, the sum of a channel of `view` over its rows, in order.
    public func accumulateColumnSums(_ view: RowView, into buffer: AlignedBuffer, at offset: Int) {
        precondition(offset >= 0 && offset + view.channels <= buffer.count, "the sums leave their buffer")
        let target = buffer.pointer + offset
        for channel in stride(from: 0, to: view.channels & ~15, by: 16) {
            var sum = UnsafeRawPointer(target + channel).loadUnaligned(as: SIMD16<Float>.self)
            var source = view.pointer + channel
            for _ in 0..<view.rows {
                sum += UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
                source += view.stride
            }
            UnsafeMutableRawPointer(target + channel).storeBytes(of: sum, as: SIMD16<Float>.self)
        }
        for channel in view.channels & ~15..<view.channels {
            var sum = target[channel]
            for row in 0..<view.rows { sum += view.pointer[row * view.stride + channel] }
            target[channel] = sum
        }
        withExtendedLifetime((view, buffer)) {}
    }
}
