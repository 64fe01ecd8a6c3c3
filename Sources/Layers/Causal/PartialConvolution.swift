// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution that can be computed for a part of every image: whole lines, or a single pixel.
///
/// A pixel by itself has the bits it has among others: its taps are copied together, zeros where they lie outside, and
/// multiplied by the same weights in the same order.
struct PartialConvolution: Sendable {
    private let plan: ConvolutionPlan
    /// The same kernel on an image of its own size: one output.
    private let patch: ConvolutionPlan
    private let weights: PackedWeights

    /// Packs `weights`, order [row][column][input][output], for images of `size`.
    init(_ shape: ConvolutionShape, weights: [Float], bias: [Float], on size: ImageSize) {
        var single = shape
        (single.padding, single.stride) = (Padding(), 1)
        plan = ConvolutionPlan(shape, on: size)
        patch = ConvolutionPlan(single, on: ImageSize(height: shape.kernelHeight, width: shape.kernelWidth))
        self.weights = plan.pack(weights, bias: bias)
    }

    var inputSize: ImageSize { plan.inputSize }
    var outputSize: ImageSize { plan.outputSize }

    private var taps: Int { plan.shape.kernelHeight * plan.shape.kernelWidth }

    /// The memory that a call on that many images needs.
    func demand(images: Int) -> Workspace.Demand {
        // The workspace lends halves; a patch lies in the first.
        Workspace.Demand(
            scratch: max(plan.scratchCount, patch.scratchCount),
            hidden: 2 * images * taps * plan.shape.inputChannels
        )
    }

    /// Computes the output's `pixels`, a range of each image's pixels: whole lines, or one pixel.
    func forward(
        _ output: RowView,
        _ input: RowView,
        pixels: Range<Int>,
        accumulating: Bool = false,
        _ workspace: Workspace
    ) {
        let width = outputSize.width
        guard pixels.lowerBound % width == 0, pixels.count % width == 0 else {
            precondition(pixels.count == 1, "a part of an image is whole lines or one pixel")
            return forward(output, input, pixel: pixels.lowerBound, accumulating, workspace)
        }
        workspace.kernels.convolve(
            plan,
            weights,
            from: input,
            into: output,
            accumulating: accumulating,
            lines: pixels.lowerBound / width..<pixels.upperBound / width,
            scratch: workspace.scratch
        )
    }

    private func forward(
        _ output: RowView,
        _ input: RowView,
        pixel: Int,
        _ accumulating: Bool,
        _ workspace: Workspace
    ) {
        let images = output.rows / outputSize.pixels
        let patches = workspace.hidden(rows: images * taps, channels: input.channels).upper
        for image in 0..<images { gather(patches, input, image, pixel) }
        let single = RowView(
            output.buffer,
            offset: output.offset + pixel * output.stride,
            rows: images,
            channels: output.channels,
            stride: outputSize.pixels * output.stride
        )
        workspace.kernels.convolve(
            patch,
            weights,
            from: patches,
            into: single,
            accumulating: accumulating,
            scratch: workspace.scratch
        )
    }

    /// Copies what the taps of `pixel` of `image` read.
    private func gather(_ patches: RowView, _ input: RowView, _ image: Int, _ pixel: Int) {
        let (shape, size) = (plan.shape, plan.inputSize)
        let top = pixel / outputSize.width * shape.stride - shape.padding.top
        let left = pixel % outputSize.width * shape.stride - shape.padding.left
        for tap in 0..<taps {
            let (row, column) = (top + tap / shape.kernelWidth, left + tap % shape.kernelWidth)
            let target = patches.buffer.pointer + patches.offset + (image * taps + tap) * patches.stride
            if 0..<size.height ~= row, 0..<size.width ~= column {
                let place = image * size.pixels + row * size.width + column
                target.update(from: input.buffer.pointer + input.offset + place * input.stride, count: input.channels)
            } else {
                target.update(repeating: 0, count: input.channels)
            }
        }
        withExtendedLifetime((patches, input)) {}
    }
}
