// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A ``CouplingNetwork`` in training: the same function of the same parameters.
struct TrainableCouplingNetwork: Sendable {
    let first: ScaledConvolution
    let second: ScaledConvolution
    let last: ScaledConvolution
    private let pixels: Int
    private let hiddenChannels: Int

    /// The network whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        scope: String,
        inputs: Int,
        hiddenChannels: Int,
        outputs: Int,
        size: ImageSize,
        at offset: inout Int
    ) {
        func layer(
            _ name: String,
            kernel: Int,
            from inputs: Int,
            to outputs: Int,
            _ scale: ScaledConvolution.Scale
        ) -> ScaledConvolution {
            ScaledConvolution(
                layout,
                scope: "\(scope).\(name)",
                kernel: kernel,
                inputs: inputs,
                outputs: outputs,
                scale: scale,
                size: size,
                at: &offset
            )
        }
        first = layer("first", kernel: 3, from: inputs, to: hiddenChannels, .actnorm)
        second = layer("second", kernel: 1, from: hiddenChannels, to: hiddenChannels, .actnorm)
        last = layer("last", kernel: 3, from: hiddenChannels, to: outputs, .zero)
        pixels = size.pixels
        self.hiddenChannels = hiddenChannels
    }

    /// The layers in the order of the forward pass, with their names.
    var layers: [(name: String, layer: ScaledConvolution)] {
        [("first", first), ("second", second), ("last", last)]
    }

    /// The memory a call needs.
    var demand: FlowMemory.Demand {
        let scratch = layers.map(\.layer.scratchCount).reduce(0, max)
        return FlowMemory.Demand(scratch: scratch, hidden: 3 * imagesAtOnce * pixels * hiddenStride)
    }

    /// Memory for what backward needs of `images` images: the second layer's activations, (images, H, W, hidden
    /// channels).
    ///
    /// The first layer's are computed again, which takes less time than writing them to memory and reading them back.
    func makeTape(images: Int) -> RowView {
        let rows = images * pixels
        return RowView(
            AlignedBuffer(count: rows * hiddenStride),
            rows: rows,
            channels: hiddenChannels,
            stride: hiddenStride
        )
    }

    /// The network's output for every image of `input`, a few images at a time.
    func forward(_ output: RowView, _ tape: RowView, _ input: RowView, _ memory: FlowMemory) {
        forEachBlock(input.rows) { rows in
            let upper = memory.upper(rows: rows.count, channels: hiddenChannels, stride: hiddenStride)
            let lower = tape.rows(rows)
            first.forward(upper, input.rows(rows), activation: .relu, memory.workspace)
            second.forward(lower, upper, activation: .relu, memory.workspace)
            last.forward(output.rows(rows), lower, memory.workspace)
        }
    }

    /// Adds the input's gradient to `inputGradient`, and overwrites the effective weights' in `gradient`.
    func backward(
        _ inputGradient: RowView,
        outputGradient: RowView,
        _ tape: RowView,
        input: RowView,
        _ gradient: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let workspace = memory.workspace
        forEachBlock(input.rows) { rows in
            let (count, channels, stride) = (rows.count, hiddenChannels, hiddenStride)
            let upper = memory.upper(rows: count, channels: channels, stride: stride)
            let (upperGradient, lowerGradient) = memory.gradients(rows: count, channels: channels, stride: stride)
            let (input, lower, outputGradient) = (input.rows(rows), tape.rows(rows), outputGradient.rows(rows))
            let isFirst = rows.lowerBound == 0
            last.backward(
                lowerGradient,
                outputGradient: outputGradient,
                input: lower,
                gradient,
                isFirst: isFirst,
                workspace
            )
            workspace.kernels.rectifyBackward(lowerGradient, output: lower)
            first.forward(upper, input, activation: .relu, workspace)
            second.backward(
                upperGradient,
                outputGradient: lowerGradient,
                input: upper,
                gradient,
                isFirst: isFirst,
                workspace
            )
            workspace.kernels.rectifyBackward(upperGradient, output: upper)
            let inputGradient = inputGradient.rows(rows)
            first.backward(
                inputGradient,
                accumulating: true,
                outputGradient: upperGradient,
                input: input,
                gradient,
                isFirst: isFirst,
                workspace
            )
        }
    }

    /// Whether the first layer's activations for `input` are neither NaN nor infinite.
    func firstIsFinite(_ input: RowView, _ memory: FlowMemory) -> Bool {
        var isFinite = true
        forEachBlock(input.rows) { rows in
            let upper = memory.upper(rows: rows.count, channels: hiddenChannels, stride: hiddenStride)
            first.forward(upper, input.rows(rows), memory.workspace)
            isFinite = isFinite && upper.isFinite
        }
        return isFinite
    }

    /// Chooses the actnorms from the batch's `input`, and puts out what the network then does.
    func initialise(
        _ parameters: AlignedBuffer,
        _ effective: AlignedBuffer,
        _ output: RowView,
        _ input: RowView,
        _ pass: BatchPass
    ) {
        let (upper, lower) = (makeTape(images: pass.images), makeTape(images: pass.images))
        first.initialise(parameters, effective, upper, input, pass)
        run(first, upper, input, .relu, pass)
        second.initialise(parameters, effective, lower, upper, pass)
        run(second, lower, upper, .relu, pass)
        last.load(effective, parameters)
        run(last, output, lower, .identity, pass)
    }

    private func run(
        _ layer: ScaledConvolution,
        _ output: RowView,
        _ input: RowView,
        _ activation: Activation,
        _ pass: BatchPass
    ) {
        pass.forEach { images, workspace in
            let rows = images.lowerBound * pixels..<images.upperBound * pixels
            layer.forward(output.rows(rows), input.rows(rows), activation: activation, workspace)
        }
    }

    /// Rows of as many images as stay in the second-level cache together with their gradients.
    private func forEachBlock(_ rows: Int, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: rows, by: imagesAtOnce * pixels) {
            body(start..<min(start + imagesAtOnce * pixels, rows))
        }
    }

    private var imagesAtOnce: Int { max(1, Self.hiddenLimit / (pixels * hiddenChannels)) }

    /// Floats of hidden activations that are computed at once unless a single image has more.
    private static let hiddenLimit = 1 << 15

    /// Floats from one row of hidden activations to the next: what convolutions read fastest.
    private var hiddenStride: Int { max(hiddenChannels, ConvolutionPlan.rowStride) }
}
