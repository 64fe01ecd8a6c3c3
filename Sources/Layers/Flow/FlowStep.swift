// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Images and channels of a ``FlowStep``.
public struct FlowStepShape: Hashable, Sendable {
    /// The images that it moves.
    public var extent: ImageExtent
    /// Channels of the coupling network's hidden layers.
    public var hiddenChannels: Int
    /// How the coupling network's output acts.
    public var coupling: Coupling.Kind

    /// The shape of a step.
    public init(extent: ImageExtent, hiddenChannels: Int, coupling: Coupling.Kind) {
        self.extent = extent
        self.hiddenChannels = hiddenChannels
        self.coupling = coupling
    }

    /// The parameters, in the scopes `actnorm`, `invertible` and `coupling`.
    public var parameters: [ParameterSpec] {
        ChannelMixing.parameters(channels: extent.channels)
            + Coupling.parameters(channels: extent.channels, hiddenChannels: hiddenChannels, kind: coupling)
            .map { $0.scoped("coupling") }
    }
}

/// One step of a flow: actnorm, invertible 1×1 convolution, coupling (Glow, Table 1).
public struct FlowStep: Sendable {
    private let mixing: ChannelMixing
    private let coupling: Coupling

    /// Takes its parameters from `parameters`; nil when `invertible.permutation` is not one.
    public init?(_ parameters: ParameterSet, _ shape: FlowStepShape) {
        guard let mixing = ChannelMixing(parameters, extent: shape.extent) else { return nil }
        self.mixing = mixing
        coupling = Coupling(parameters.scope("coupling"), kind: shape.coupling, extent: shape.extent)
    }

    /// Log-determinant of one image's actnorm and 1×1 convolution; that of the coupling depends on the image.
    public var constantLogDeterminant: Double { mixing.logDeterminant }

    /// The memory a call needs.
    public var demand: Workspace.Demand {
        coupling.demand.union(Workspace.Demand(scratch: mixing.scratchCount))
    }

    /// output and input are (images, H, W, C); adds what the coupling contributes to each line's log-determinant.
    public func forward(
        _ output: RowView,
        _ logDeterminants: inout [Double],
        _ input: RowView,
        _ workspace: Workspace
    ) {
        mixing.forward(output, input, workspace)
        coupling.forward(output, &logDeterminants, workspace)
    }

    /// output and input are (images, H, W, C); the input is overwritten.
    public func reverse(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        coupling.reverse(input, workspace)
        mixing.reverse(output, input, workspace)
    }
}

/// A ``FlowStep`` in training: the same function of the same parameters, and its gradients.
public final class TrainableFlowStep: Sendable {
    private let mixing: TrainableChannelMixing
    private let coupling: TrainableCoupling
    private let extent: ImageExtent

    /// What backward needs of forward; the step's output is part of it.
    public struct Tape: Sendable {
        /// What the step puts out, (images, H, W, C).
        public let output: RowView
        let coupling: TrainableCoupling.Tape
    }

    /// The step whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    ///
    /// - Parameters:
    ///   - layout: Where the parameters lie.
    ///   - scope: Name of the step.
    ///   - shape: Images and channels.
    ///   - passesGradient: Whether anything before the step learns.
    ///   - offset: Where the effective weights begin.
    public init(
        _ layout: ParameterLayout,
        scope: String,
        _ shape: FlowStepShape,
        passesGradient: Bool = true,
        at offset: inout Int
    ) {
        extent = shape.extent
        mixing = TrainableChannelMixing(
            layout,
            scope: scope,
            extent: shape.extent,
            at: &offset,
            passesGradient: passesGradient
        )
        coupling = TrainableCoupling(
            layout,
            scope: "\(scope).coupling",
            kind: shape.coupling,
            hiddenChannels: shape.hiddenChannels,
            extent: shape.extent,
            at: &offset
        )
    }

    /// The memory a call for `images` images needs.
    public func demand(images: Int) -> FlowTrainingMemory.Demand {
        coupling.demand(images: images).union(FlowTrainingMemory.Demand(scratch: mixing.convolution.scratchCount))
    }

    /// Memory for `images` images.
    public func makeTape(images: Int) -> Tape {
        let rows = images * extent.pixels
        let output = RowView(AlignedBuffer(count: rows * extent.channels), rows: rows, channels: extent.channels)
        return Tape(output: output, coupling: coupling.makeTape(images: images))
    }

    /// Folds and packs the parameters.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        mixing.load(effective, parameters)
        for layer in coupling.network.layers { layer.load(effective, parameters) }
    }

    /// Log-determinant of one image's actnorm and 1×1 convolution; that of the coupling depends on the image.
    public func constantLogDeterminant(_ parameters: AlignedBuffer) -> Double {
        mixing.logDeterminant(parameters)
    }

    /// Writes the step's output for `input` (images, H, W, C) to the tape, and adds the coupling's log-determinant of
    /// each image to `logDeterminants`.
    public func forward(_ tape: Tape, _ logDeterminants: inout [Double], _ input: RowView, _ memory: FlowTrainingMemory)
    {
        let output = tape.output.rows(0..<input.rows)
        mixing.convolution.forward(output, input, memory.workspace)
        coupling.forward(output, &logDeterminants, tape.coupling, memory)
    }

    /// Overwrites `inputGradient`, unless it is nil, and the effective weights' gradient.
    ///
    /// - Parameters:
    ///   - inputGradient: The gradient of what the step was given, (images, H, W, C).
    ///   - outputGradient: The gradient of what it put out; overwritten.
    ///   - tape: As forward left it.
    ///   - input: What the step was given.
    ///   - pass: Where the effective weights' gradient goes.
    public func backward(
        _ inputGradient: RowView?,
        outputGradient: RowView,
        _ tape: Tape,
        input: RowView,
        _ pass: FlowBackwardPass
    ) {
        coupling.backward(outputGradient, tape.output.rows(0..<input.rows), tape.coupling, pass)
        mixing.convolution.backward(inputGradient, outputGradient: outputGradient, input: input, pass.layer())
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    ///
    /// The loss falls by `weight` in sum with the log-determinants of the images.
    public func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        _ parameters: AlignedBuffer,
        logDeterminantWeight weight: Double
    ) {
        mixing.unfold(gradient, effectiveGradient, parameters, logDeterminantWeight: weight)
        for layer in coupling.network.layers { layer.unfold(gradient, effectiveGradient, parameters) }
    }

    /// Chooses all actnorms of the step from a batch's `input`, (images, H, W, C), and puts out what the step then
    /// does.
    public func initialise(_ output: RowView, _ input: RowView, _ pass: FlowInitialisation) {
        mixing.initialise(input, pass)
        pass.forEach(pixels: extent.pixels) { rows, workspace in
            mixing.convolution.forward(output.rows(rows), input.rows(rows), workspace)
        }
        coupling.initialise(output, pass)
    }

    /// Parts of a step that ``firstNonFinitePart(_:_:rows:)`` tells apart.
    public static let parts = 5

    /// The first part of the step, of ``parts``, whose weights, or activations for the `rows` of the tape, are not
    /// finite.
    public func firstNonFinitePart(
        _ effective: AlignedBuffer,
        _ tape: Tape,
        rows: Range<Int>,
        _ memory: FlowTrainingMemory
    ) -> (place: Int, name: String)? {
        let network = coupling.network
        // What the mixing put out is kept in the half that the coupling leaves alone.
        let kept = tape.output.rows(rows).channels(0..<extent.channels / 2)
        let parts: [(String, Range<Int>, () -> Bool)] = [
            ("invertible", mixing.effectiveRange, { kept.isFinite }),
            ("coupling.first", network.first.effectiveRange, { network.firstIsFinite(kept, memory) }),
            ("coupling.second", network.second.effectiveRange, { tape.coupling.network.rows(rows).isFinite }),
            ("coupling.last", network.last.effectiveRange, { tape.coupling.output.rows(rows).isFinite }),
            ("coupling", 0..<0, { tape.output.rows(rows).isFinite }),
        ]
        let place = parts.firstIndex { !effective.isFinite(in: $0.1) || !$0.2() }
        return place.map { ($0, parts[$0].0) }
    }
}
