// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A ``SplitPrior`` in training.
public struct TrainableSplitPrior: Sendable {
    private let network: ScaledConvolution
    private let half: Int

    /// The prior whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    public init(_ layout: ParameterLayout, scope: String, extent: ImageExtent, at offset: inout Int) {
        half = extent.channels / 2
        network = ScaledConvolution(
            layout,
            scope: scope,
            kernel: 3,
            inputs: half,
            outputs: 2 * half,
            scale: .zero,
            size: extent.size,
            at: &offset
        )
    }

    /// The memory a call for `rows` pixels needs.
    public func demand(rows: Int) -> FlowMemory.Demand {
        FlowMemory.Demand(scratch: network.scratchCount, output: rows * 2 * half)
    }

    /// Memory for `rows` pixels.
    public func makeTape(rows: Int) -> PriorTape { PriorTape(rows: rows, channels: half) }

    /// Folds and packs the parameters.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) { network.load(effective, parameters) }

    /// Sets `terms` to those of the second half of z, (images, H, W, C), given its first half.
    public func forward(_ tape: PriorTape, _ terms: inout PriorTerms, _ z: RowView, _ memory: FlowMemory) {
        let tape = tape.rows(0..<z.rows)
        network.forward(tape.prior, z.channels(0..<half), memory.workspace)
        let factoredOut = z.channels(half..<2 * half)
        GaussianPrior.forward(tape.latents, &terms, factoredOut, tape.prior, memory.workspace.kernels)
    }

    /// Overwrites the second half of dz, adds to its first half, and overwrites the effective weights' gradient in
    /// `gradient`.
    ///
    /// The loss rises by `weight` with the terms of an image.
    public func backward(
        _ dz: RowView,
        _ tape: PriorTape,
        z: RowView,
        weight: Float,
        _ gradient: AlignedBuffer,
        _ memory: FlowMemory
    ) {
        let priorGradient = memory.output(rows: z.rows, channels: 2 * half)
        GaussianPrior.backward(
            dz.channels(half..<2 * half),
            priorGradient,
            tape.rows(0..<z.rows),
            weight: weight,
            memory.workspace.kernels
        )
        network.backward(
            dz.channels(0..<half),
            accumulating: true,
            outputGradient: priorGradient,
            input: z.channels(0..<half),
            gradient,
            memory.workspace
        )
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        network.unfold(gradient, effectiveGradient, parameters)
    }

    /// Whether the weights, and what they made of the first `rows` pixels, are finite.
    public func isFinite(_ effective: AlignedBuffer, _ tape: PriorTape, rows: Range<Int>) -> Bool {
        effective.isFinite(in: network.effective) && tape.rows(rows).isFinite
    }
}
