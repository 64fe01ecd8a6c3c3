// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Factors the second half of the channels out, under a Gaussian that the first half predicts (Glow, §3.6).
public struct SplitPrior: Sendable {
    private let network: ZeroConvolution
    private let half: Int

    /// The parameters of a split of images with that many channels.
    public static func parameters(channels: Int) -> [ParameterSpec] {
        ZeroConvolution.parameters(inputs: channels / 2, outputs: channels)
    }

    /// Takes its parameters from `parameters`, for images of `extent`.
    public init(_ parameters: ParameterSet, extent: ImageExtent) {
        network = ZeroConvolution(parameters, size: extent.size)
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
            GaussianPrior.forward(latents, &terms, z.channels(half..<2 * half), prior, workspace.kernels)
        }
    }

    /// Fills the second half of z (images, H, W, C) from its first half and `factor` times the latents.
    public func reverse(_ z: RowView, _ latents: RowView, factor: Float, _ workspace: Workspace) {
        let prior = workspace.output(rows: z.rows, channels: 2 * half)
        workspace.wait()
        network.forward(prior, z.channels(0..<half), workspace)
        workspace.alone {
            GaussianPrior.reverse(z.channels(half..<2 * half), latents, factor: factor, prior, workspace.kernels)
        }
    }
}
