// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// What a coupling computes from the half it keeps (Glow, §3.3).
///
/// conv 3×3, actnorm, ReLU; conv 1×1, actnorm, ReLU; conv 3×3 that starts as zero. The actnorms are folded into the
/// convolutions.
struct CouplingNetwork: Sendable {
    private let first: ScaledConvolution
    private let second: ScaledConvolution
    private let last: ScaledConvolution
    private let hidden: HiddenActivations

    /// Takes its parameters from `parameters`, for images of `size`.
    init(_ parameters: ParameterSet, size: ImageSize) {
        first = ScaledConvolution(parameters.scope("first"), scale: .actnorm, size: size)
        second = ScaledConvolution(parameters.scope("second"), scale: .actnorm, size: size)
        last = ScaledConvolution(parameters.scope("last"), scale: .zero, size: size)
        hidden = HiddenActivations(channels: parameters.scope("first")["weight"].shape[0], pixels: size.pixels)
    }

    /// The memory a call needs.
    var demand: Workspace.Demand {
        let scratch = max(first.scratchCount, second.scratchCount, last.scratchCount)
        return Workspace.Demand(scratch: scratch, hidden: 2 * hidden.count)
    }

    /// The network's output for every image of `input`, a few images at a time.
    func forward(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        hidden.forEachBlock(of: input.rows) { rows in
            let (upper, lower) = workspace.hidden(rows: rows.count, channels: hidden.channels, stride: hidden.stride)
            // A neighbour's lines of the input, or of the hidden activations, are read at the border of the own ones.
            workspace.wait()
            first.forward(upper, input.rows(rows), activation: .relu, workspace)
            second.forward(lower, upper, activation: .relu, workspace)
            workspace.wait()
            last.forward(output.rows(rows), lower, workspace)
        }
    }
}

/// A ``CouplingNetwork`` in training: the same function of the same parameters.
struct TrainableCouplingNetwork: Sendable {
    let first: TrainableScaledConvolution
    let second: TrainableScaledConvolution
    let last: TrainableScaledConvolution
    private let hidden: HiddenActivations

    /// The network whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        scope: String,
        _ shape: CouplingNetworkShape,
        size: ImageSize,
        at offset: inout Int
    ) {
        func layer(_ name: String, _ shape: ScaledConvolutionShape) -> TrainableScaledConvolution {
            TrainableScaledConvolution(layout, scope: "\(scope).\(name)", shape, size: size, at: &offset)
        }
        first = layer("first", shape.first)
        second = layer("second", shape.second)
        last = layer("last", shape.last)
        hidden = HiddenActivations(channels: shape.hiddenChannels, pixels: size.pixels)
    }

    /// The layers in the order of the forward pass.
    var layers: [TrainableScaledConvolution] { [first, second, last] }

    /// The memory a call needs: the first layer's activations, and both hidden layers' gradients.
    var demand: FlowTrainingMemory.Demand {
        FlowTrainingMemory.Demand(scratch: layers.map(\.scratchCount).reduce(0, max), hidden: 3 * hidden.count)
    }

    /// Memory for what backward needs of `images` images: the second layer's activations, (images, H, W, hidden
    /// channels).
    ///
    /// The first layer's are computed again, which takes less time than writing them to memory and reading them back.
    func makeTape(images: Int) -> RowView { hidden.makeView(images: images) }

    /// The network's output for every image of `input`, a few images at a time.
    func forward(_ output: RowView, _ tape: RowView, _ input: RowView, _ memory: FlowTrainingMemory) {
        hidden.forEachBlock(of: input.rows) { rows in
            let upper = memory.upper(rows: rows.count, hidden)
            let lower = tape.rows(rows)
            first.forward(upper, input.rows(rows), activation: .relu, memory.workspace)
            second.forward(lower, upper, activation: .relu, memory.workspace)
            last.forward(output.rows(rows), lower, memory.workspace)
        }
    }

    /// Adds the input's gradient to `inputGradient`, and overwrites the effective weights'.
    func backward(
        _ inputGradient: RowView,
        outputGradient: RowView,
        _ tape: RowView,
        input: RowView,
        _ pass: FlowBackwardPass
    ) {
        hidden.forEachBlock(of: input.rows) { rows in
            let layerPass = pass.layer(isFirst: rows.lowerBound == 0)
            let workspace = layerPass.workspace
            let upper = pass.memory.upper(rows: rows.count, hidden)
            let (upperGradient, lowerGradient) = pass.memory.gradients(rows: rows.count, hidden)
            let (input, lower) = (input.rows(rows), tape.rows(rows))
            last.backward(lowerGradient, outputGradient: outputGradient.rows(rows), input: lower, layerPass)
            workspace.kernels.rectifyBackward(lowerGradient, output: lower)
            first.forward(upper, input, activation: .relu, workspace)
            second.backward(upperGradient, outputGradient: lowerGradient, input: upper, layerPass)
            workspace.kernels.rectifyBackward(upperGradient, output: upper)
            let inputGradient = inputGradient.rows(rows)
            first.backward(inputGradient, accumulating: true, outputGradient: upperGradient, input: input, layerPass)
        }
    }

    /// Whether the first layer's activations for `input` are neither NaN nor infinite.
    func firstIsFinite(_ input: RowView, _ memory: FlowTrainingMemory) -> Bool {
        var isFinite = true
        hidden.forEachBlock(of: input.rows) { rows in
            let upper = memory.upper(rows: rows.count, hidden)
            first.forward(upper, input.rows(rows), memory.workspace)
            isFinite = isFinite && upper.isFinite
        }
        return isFinite
    }

    /// Chooses the actnorms from the batch's `input`, and puts out what the network then does.
    func initialise(_ output: RowView, _ input: RowView, _ pass: FlowInitialisation) {
        let (upper, lower) = (makeTape(images: pass.images), makeTape(images: pass.images))
        first.initialise(upper, input, pass)
        first.forward(upper, input, activation: .relu, pass)
        second.initialise(lower, upper, pass)
        second.forward(lower, upper, activation: .relu, pass)
        last.load(pass.effective, pass.parameters)
        last.forward(output, lower, pass)
    }
}
