// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A ``FlowStep`` in training: the same function of the same parameters, and its gradients.
public final class TrainableFlowStep: Sendable {
    private let mixing: TrainableMixing
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
    ///   - coupling: How the coupling network's output acts.
    ///   - hiddenChannels: Channels of the coupling network's hidden layers.
    ///   - extent: The images.
    ///   - offset: Where the effective weights begin.
    ///   - passesGradient: Whether anything before the step learns.
    public init(
        _ layout: ParameterLayout,
        scope: String,
        coupling: Coupling.Kind,
        hiddenChannels: Int,
        extent: ImageExtent,
        at offset: inout Int,
        passesGradient: Bool
    ) {
        self.extent = extent
        mixing = TrainableMixing(layout, scope: scope, extent: extent, at: &offset, passesGradient: passesGradient)
        self.coupling = TrainableCoupling(
            layout,
            scope: "\(scope).coupling",
            kind: coupling,
            hiddenChannels: hiddenChannels,
            extent: extent,
            at: &offset
        )
    }

    /// The memory a call for `images` images needs.
    public func demand(images: Int) -> FlowMemory.Demand {
        coupling.demand(images: images).union(FlowMemory.Demand(scratch: mixing.convolution.scratchCount))
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
        for (_, layer) in coupling.network.layers { layer.load(effective, parameters) }
    }

    /// Log-determinant of one image's actnorm and 1×1 convolution; that of the coupling depends on the image.
    public func constantLogDeterminant(_ parameters: AlignedBuffer) -> Double {
        mixing.logDeterminant(parameters)
    }

    /// Writes the step's output for `input` (images, H, W, C) to the tape, and adds the coupling's log-determinant of
    /// each image to `logDeterminants`.
    public func forward(_ tape: Tape, _ logDeterminants: inout [Double], _ input: RowView, _ memory: FlowMemory) {
        let output = tape.output.rows(0..<input.rows)
        mixing.convolution.forward(output, input, memory.workspace)
        coupling.forward(output, &logDeterminants, tape.coupling, memory)
    }

    /// Overwrites `inputGradient`, unless it is nil, and the effective weights' gradient in `gradient`.
    ///
    /// - Parameters:
    ///   - inputGradient: The gradient of what the step was given, (images, H, W, C).
    ///   - outputGradient: The gradient of what it put out; overwritten.
    ///   - tape: As forward left it.
    ///   - input: What the step was given.
    ///   - weight: By how much the loss falls with the log-determinant of an image.
    ///   - gradient: The gradient of all effective weights.
    ///   - memory: The thread's.
    public func backward(
        _ inputGradient: RowView?,
        outputGradient: RowView,
        _ tape: Tape,
        input: RowView,
        logDeterminantWeight weight: Float,
        _ gradient: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let output = tape.output.rows(0..<input.rows)
        coupling.backward(outputGradient, output, tape.coupling, logDeterminantWeight: weight, gradient, memory)
        mixing.convolution.backward(
            inputGradient,
            outputGradient: outputGradient,
            input: input,
            gradient,
            memory.workspace
        )
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
        for (_, layer) in coupling.network.layers { layer.unfold(gradient, effectiveGradient, parameters) }
    }

    /// Chooses all actnorms of the step from a batch's `input`, (images, H, W, C), and puts out what the step then
    /// does.
    public func initialise(
        _ parameters: AlignedBuffer,
        _ effective: AlignedBuffer,
        _ output: RowView,
        _ input: RowView,
        _ pass: BatchPass
    ) {
        mixing.initialise(parameters, effective, input, pass)
        pass.forEach { images, workspace in
            let rows = images.lowerBound * extent.pixels..<images.upperBound * extent.pixels
            mixing.convolution.forward(output.rows(rows), input.rows(rows), workspace)
        }
        coupling.initialise(parameters, effective, output, pass)
    }

    /// Parts of a step that ``firstNonFinitePart(_:_:rows:)`` tells apart.
    public static let parts = 5

    /// The first part of the step, of ``parts``, whose weights, or activations for the `rows` of the tape, are not
    /// finite.
    public func firstNonFinitePart(
        _ effective: AlignedBuffer,
        _ tape: Tape,
        rows: Range<Int>,
        _ memory: FlowMemory
    ) -> (place: Int, name: String)? {
        let network = coupling.network
        // What the mixing put out is kept in the half that the coupling leaves alone.
        let kept = tape.output.rows(rows).channels(0..<extent.channels / 2)
        let parts: [(String, Range<Int>, () -> Bool)] = [
            ("invertible", mixing.effective, { kept.isFinite }),
            ("coupling.first", network.first.effective, { network.firstIsFinite(kept, memory) }),
            ("coupling.second", network.second.effective, { tape.coupling.network.rows(rows).isFinite }),
            ("coupling.last", network.last.effective, { tape.coupling.output.rows(rows).isFinite }),
            ("coupling", 0..<0, { tape.output.rows(rows).isFinite }),
        ]
        let place = parts.firstIndex { !effective.isFinite(in: $0.1) || !$0.2() }
        return place.map { ($0, parts[$0].0) }
    }
}
