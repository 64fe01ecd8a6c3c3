// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Factors the second half of the channels out, under a Gaussian that the first half predicts (Glow, §3.6).
public struct SplitPrior: Sendable {
    private let network: ScaledConvolution
    private let half: Int

    /// The parameters of a split of images with that many channels.
    public static func parameters(channels: Int) -> [ParameterSpec] {
        shape(channels: channels).parameters
    }

    /// From the kept half to mean and log-scale of the other.
    fileprivate static func shape(channels: Int) -> ScaledConvolutionShape {
        ScaledConvolutionShape(inputs: channels / 2, outputs: channels, kernel: 3, scale: .zero)
    }

    /// Takes its parameters from `parameters`, for images of `extent`.
    public init(_ parameters: ParameterSet, extent: ImageExtent) {
        network = ScaledConvolution(parameters, scale: .zero, size: extent.size)
        half = extent.channels / 2
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand { Workspace.Demand(scratch: network.scratchCount) }

    /// latents (images, H, W, C/2) are the standardised second half of z (images, H, W, C).
    public func forward(_ latents: RowView, _ terms: inout PriorTerms, _ z: RowView, _ workspace: Workspace) {
        let prior = workspace.output(rows: z.rows, channels: 2 * half)
        workspace.wait()
        network.forward(prior, z.channels(0..<half), workspace)
        workspace.alone {
            GaussianPrior.forward(latents, &terms, z.channels(half..<2 * half), prior: prior, workspace.kernels)
        }
    }

    /// Fills the second half of z (images, H, W, C) from its first half and the standardised latents, both multiplied by
    /// their factors.
    public func reverse(_ z: RowView, _ latents: RowView, factors: LatentFactors, _ workspace: Workspace) {
        let prior = workspace.output(rows: z.rows, channels: 2 * half)
        workspace.wait()
        network.forward(prior, z.channels(0..<half), workspace)
        workspace.alone {
            GaussianPrior.reverse(
                z.channels(half..<2 * half),
                latents,
                factors: factors,
                prior: prior,
                workspace.kernels
            )
        }
    }
}

/// A ``SplitPrior`` in training.
public struct TrainableSplitPrior: Sendable {
    private let network: TrainableScaledConvolution
    private let half: Int

    /// The prior whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    public init(_ layout: ParameterLayout, scope: String, extent: ImageExtent, at offset: inout Int) {
        half = extent.channels / 2
        let shape = SplitPrior.shape(channels: extent.channels)
        network = TrainableScaledConvolution(layout, scope: scope, shape, size: extent.size, at: &offset)
    }

    /// The memory a call for `rows` pixels needs.
    public func demand(rows: Int) -> FlowTrainingMemory.Demand {
        FlowTrainingMemory.Demand(scratch: network.scratchCount, output: rows * 2 * half)
    }

    /// Memory for `rows` pixels.
    public func makeTape(rows: Int) -> PriorTape { PriorTape(rows: rows, channels: half) }

    /// Folds and packs the parameters.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) { network.load(effective, parameters) }

    /// Sets `terms` to those of the second half of z, (images, H, W, C), given its first half.
    public func forward(_ tape: PriorTape, _ terms: inout PriorTerms, _ z: RowView, _ memory: FlowTrainingMemory) {
        let tape = tape.rows(0..<z.rows)
        network.forward(tape.prior, z.channels(0..<half), memory.workspace)
        let factoredOut = z.channels(half..<2 * half)
        GaussianPrior.forward(tape.latents, &terms, factoredOut, prior: tape.prior, memory.workspace.kernels)
    }

    /// Overwrites the second half of dz, adds to its first half, and overwrites the effective weights' gradient.
    public func backward(_ dz: RowView, _ tape: PriorTape, z: RowView, _ pass: FlowBackwardPass) {
        let priorGradient = pass.memory.output(rows: z.rows, channels: 2 * half)
        GaussianPrior.backward(
            dz.channels(half..<2 * half),
            priorGradient,
            tape.rows(0..<z.rows),
            weight: pass.weight,
            pass.memory.workspace.kernels
        )
        network.backward(
            dz.channels(0..<half),
            accumulating: true,
            outputGradient: priorGradient,
            input: z.channels(0..<half),
            pass.layer()
        )
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        network.unfold(gradient, effectiveGradient, parameters)
    }

    /// Whether the weights, and what they made of the first `rows` pixels, are finite.
    public func isFinite(_ effective: AlignedBuffer, _ tape: PriorTape, rows: Range<Int>) -> Bool {
        effective.isFinite(in: network.effectiveRange) && tape.rows(rows).isFinite
    }
}
