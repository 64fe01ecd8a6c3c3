// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A convolution that can be computed for a part of every image: whole lines, or a single pixel.
///
/// Its kernel's rows fall into two groups. What the first rows see may be seen as whole lines, so that these rows may
/// go by Winograd; what the others see of their lines is seen by their taps alone. A pixel by itself has the bits it
/// has among others.
struct PartialConvolution: Sendable {
    /// What of the lines that its taps see an output may see.
    enum Reach {
        /// What the taps see.
        case taps
        /// All of those above the kernel's last row, what the taps see of its own.
        case linesAbove
        /// All of them; such a convolution is computed for whole lines only.
        case lines
    }

    /// The rows that go by Winograd's convolution, if any.
    private let upper: LineConvolution?
    /// The other rows, whose sums are added to those of the first.
    private let lower: TapConvolution?

    let inputSize: ImageSize
    let outputSize: ImageSize

    /// Packs `weights`, order [row][column][input][output], for images of `size`.
    init(_ shape: ConvolutionShape, weights: [Float], bias: [Float], on size: ImageSize, reach: Reach = .taps) {
        inputSize = size
        outputSize = shape.outputSize(for: size)
        let upperRows =
            switch reach {
            case .taps: 0
            case .linesAbove: shape.kernelHeight - 1
            case .lines: shape.kernelHeight
            }
        let split = upperRows * shape.weightCount / shape.kernelHeight
        if let upper = LineConvolution(shape, rows: upperRows, weights: weights[..<split], bias: bias, on: size) {
            self.upper = upper
            let rest = bias.map { _ in Float(0) }
            lower = TapConvolution(shape, after: upperRows, weights: weights[split...], bias: rest, on: size)
        } else {
            upper = nil
            lower = TapConvolution(shape, after: 0, weights: weights[...], bias: bias, on: size)
        }
    }

    /// The memory that a call on that many images needs.
    func demand(images: Int) -> Workspace.Demand {
        (upper?.demand ?? Workspace.Demand()).union(lower?.demand(images: images) ?? Workspace.Demand())
    }

    /// Computes the output's `pixels`, a range of each image's pixels: whole lines, or one pixel.
    ///
    /// The first pixel of a line writes all of the line in advance: it must be kept until its last pixel is computed.
    func forward(
        _ output: RowView,
        _ input: RowView,
        pixels: Range<Int>,
        accumulating: Bool = false,
        _ workspace: Workspace
    ) {
        let width = outputSize.width
        let lines = pixels.lowerBound / width..<(pixels.upperBound + width - 1) / width
        let isWhole = pixels.lowerBound % width == 0 && pixels.count % width == 0
        precondition(
            isWhole || pixels.count == 1 && (upper == nil || lower != nil && !accumulating),
            "neither whole lines nor a pixel that can be computed by itself"
        )
        if let upper, pixels.lowerBound % width == 0 {
            upper.forward(output, input, lines: lines, accumulating: accumulating, workspace)
        }
        guard let lower else { return }
        let isAdded = accumulating || upper != nil
        if isWhole {
            lower.forward(output, input, lines: lines, accumulating: isAdded, workspace)
        } else {
            lower.forward(output, input, pixel: pixels.lowerBound, accumulating: isAdded, workspace)
        }
    }
}

/// Winograd's convolution of whole lines.
private struct LineConvolution: Sendable {
    private let plan: ConvolutionPlan
    private let weights: PackedWeights

    /// The first `rows` of the kernel of `shape`; nil where they do not go by Winograd's convolution.
    init?(_ shape: ConvolutionShape, rows: Int, weights: ArraySlice<Float>, bias: [Float], on size: ImageSize) {
        guard rows > 0 else { return nil }
        var upper = shape
        upper.kernelHeight = rows
        upper.padding.bottom -= shape.kernelHeight - rows
        plan = ConvolutionPlan(upper, on: size, seesLines: true)
        guard plan.usesWinograd else { return nil }
        self.weights = plan.pack(Array(weights), bias: bias)
    }

    var demand: Workspace.Demand { Workspace.Demand(scratch: plan.scratchCount) }

    func forward(
        _ output: RowView,
        _ input: RowView,
        lines: Range<Int>,
        accumulating: Bool,
        _ workspace: Workspace
    ) {
        workspace.kernels.convolve(
            plan,
            weights,
            from: input,
            into: output,
            accumulating: accumulating,
            lines: lines,
            scratch: workspace.scratch
        )
    }
}

/// A convolution of which a single pixel can be computed.
///
/// Its taps are copied together, zeros where they lie outside, and multiplied by the same weights in the same order as
/// in whole lines.
private struct TapConvolution: Sendable {
    private let plan: ConvolutionPlan
    /// The same kernel on an image of its own size: one output.
    private let patch: ConvolutionPlan
    private let weights: PackedWeights

    /// The rows of the kernel of `shape` behind the first `rows`; nil without any.
    init?(_ shape: ConvolutionShape, after rows: Int, weights: ArraySlice<Float>, bias: [Float], on size: ImageSize) {
        guard rows < shape.kernelHeight else { return nil }
        var lower = shape
        lower.kernelHeight -= rows
        lower.padding.top -= rows
        var single = lower
        (single.padding, single.stride) = (Padding(), 1)
        plan = ConvolutionPlan(lower, on: size)
        patch = ConvolutionPlan(single, on: ImageSize(height: lower.kernelHeight, width: lower.kernelWidth))
        self.weights = plan.pack(Array(weights), bias: bias)
    }

    private var taps: Int { plan.shape.kernelHeight * plan.shape.kernelWidth }

    func demand(images: Int) -> Workspace.Demand {
        // The workspace lends halves; a patch lies in the first.
        Workspace.Demand(
            scratch: max(plan.scratchCount, patch.scratchCount),
            hidden: 2 * images * taps * plan.shape.inputChannels
        )
    }

    func forward(
        _ output: RowView,
        _ input: RowView,
        lines: Range<Int>,
        accumulating: Bool,
        _ workspace: Workspace
    ) {
        workspace.kernels.convolve(
            plan,
            weights,
            from: input,
            into: output,
            accumulating: accumulating,
            lines: lines,
            scratch: workspace.scratch
        )
    }

    func forward(_ output: RowView, _ input: RowView, pixel: Int, accumulating: Bool, _ workspace: Workspace) {
        let size = plan.outputSize
        let images = output.rows / size.pixels
        let patches = workspace.hidden(rows: images * taps, channels: input.channels).upper
        for image in 0..<images { gather(patches, input, image, pixel) }
        let single = RowView(
            output.buffer,
            offset: output.offset + pixel * output.stride,
            rows: images,
            channels: output.channels,
            stride: size.pixels * output.stride
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
        let (shape, size, width) = (plan.shape, plan.inputSize, plan.outputSize.width)
        let top = pixel / width * shape.stride - shape.padding.top
        let left = pixel % width * shape.stride - shape.padding.left
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
