// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// A ``Coupling`` in training.
struct TrainableCoupling: Sendable {
    let network: TrainableCouplingNetwork
    private let kind: Coupling.Kind
    private let size: ImageSize
    private let half: Int

    /// What backward needs besides the coupled images: the network's output and what the network itself needs.
    struct Tape: Sendable {
        let output: RowView
        let network: RowView
    }

    /// The coupling whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    init(
        _ layout: ParameterLayout,
        scope: String,
        kind: Coupling.Kind,
        hiddenChannels: Int,
        extent: ImageExtent,
        at offset: inout Int
    ) {
        self.kind = kind
        size = extent.size
        half = extent.channels / 2
        network = TrainableCouplingNetwork(
            layout,
            scope: scope,
            inputs: half,
            hiddenChannels: hiddenChannels,
            outputs: kind == .affine ? 2 * half : half,
            size: extent.size,
            at: &offset
        )
    }

    private var outputs: Int { kind == .affine ? 2 * half : half }

    /// The memory a call for `images` images needs.
    func demand(images: Int) -> FlowMemory.Demand {
        network.demand.union(FlowMemory.Demand(scratch: 0, output: images * size.pixels * outputs))
    }

    /// Memory for `images` images.
    func makeTape(images: Int) -> Tape {
        let rows = images * size.pixels
        let output = RowView(AlignedBuffer(count: rows * outputs), rows: rows, channels: outputs)
        return Tape(output: output, network: network.makeTape(images: images))
    }

    /// Couples z (images, H, W, C) in place and adds each image's log-determinant to `logDeterminants`.
    func forward(_ z: RowView, _ logDeterminants: inout [Double], _ tape: Tape, _ memory: FlowMemory) {
        let output = tape.output.rows(0..<z.rows)
        network.forward(output, tape.network, z.channels(0..<half), memory)
        couple(z, &logDeterminants, output, memory.workspace.kernels)
    }

    private func couple(_ z: RowView, _ logDeterminants: inout [Double], _ output: RowView, _ kernels: KernelSet) {
        let moved = z.channels(half..<2 * half)
        guard kind == .affine else { return kernels.add(output, to: moved) }
        kernels.coupleAffine(
            moved,
            shift: output.channels(0..<half),
            scale: output.channels(half..<2 * half),
            rowsPerSum: size.pixels
        ) { image, sum in logDeterminants[image] += sum }
    }

    /// Turns dz, the gradient of z as ``forward(_:_:_:_:)`` left it, into the gradient of z before, and overwrites the
    /// effective weights' gradient in `gradient`.
    ///
    /// The loss falls by `weight` with the log-determinant of an image.
    func backward(
        _ dz: RowView,
        _ z: RowView,
        _ tape: Tape,
        logDeterminantWeight weight: Float,
        _ gradient: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let moved = dz.channels(half..<2 * half)
        // The gradient of an additive coupling's shift is that of what was shifted.
        var outputGradient = moved
        if kind == .affine {
            outputGradient = memory.output(rows: z.rows, channels: outputs)
            memory.workspace.kernels.coupleAffineBackward(
                moved,
                coupled: z.channels(half..<2 * half),
                scale: tape.output.rows(0..<z.rows).channels(half..<2 * half),
                logDeterminantWeight: weight,
                shiftGradient: outputGradient.channels(0..<half),
                scaleGradient: outputGradient.channels(half..<2 * half)
            )
        }
        network.backward(
            dz.channels(0..<half),
            outputGradient: outputGradient,
            tape.network,
            input: z.channels(0..<half),
            gradient,
            memory
        )
    }

    /// Chooses the network's actnorms from the batch z (images, H, W, C), and couples it in place.
    func initialise(_ parameters: AlignedBuffer, _ effective: AlignedBuffer, _ z: RowView, _ pass: BatchPass) {
        let output = RowView(AlignedBuffer(count: z.rows * outputs), rows: z.rows, channels: outputs)
        network.initialise(parameters, effective, output, z.channels(0..<half), pass)
        pass.forEach { images, workspace in
            let rows = images.lowerBound * size.pixels..<images.upperBound * size.pixels
            var logDeterminants = [Double](repeating: 0, count: images.count)
            couple(z.rows(rows), &logDeterminants, output.rows(rows), workspace.kernels)
        }
    }
}
