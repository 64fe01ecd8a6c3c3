// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A coupling layer: the first half of the channels decides how the second half moves (Glow, §3.3).
///
/// Additive: z2 + t. Affine: (z2 + t)·sigmoid(s + 2). The network's output is t, or t and s as two contiguous halves.
public struct Coupling: Sendable {
    /// How a coupling network's output acts.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Shift and scale.
        case affine
        /// Shift alone; keeps volumes.
        case additive
    }

    /// How the network's output acts.
    public let kind: Kind
    private let network: CouplingNetwork
    private let pixels: Int
    private let half: Int

    /// Channels of the network's output.
    private var outputs: Int { kind == .affine ? 2 * half : half }

    /// The parameters of a coupling of images with that many channels.
    public static func parameters(channels: Int, hiddenChannels: Int, kind: Kind) -> [ParameterSpec] {
        CouplingNetwork.parameters(
            inputs: channels / 2,
            hiddenChannels: hiddenChannels,
            outputs: kind == .affine ? channels : channels / 2
        )
    }

    /// Takes its parameters from `parameters`, for images of `extent`.
    public init(_ parameters: ParameterSet, kind: Kind, extent: ImageExtent) {
        self.kind = kind
        network = CouplingNetwork(parameters, size: extent.size)
        pixels = extent.pixels
        half = extent.channels / 2
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand { network.demand }

    /// Couples z (images, H, W, C) in place and adds each image's log-determinant to `logDeterminants`.
    public func forward(_ z: RowView, _ logDeterminants: inout [Double], _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: outputs)
        let moved = z.channels(half..<2 * half)
        network.forward(output, z.channels(0..<half), workspace)
        guard kind == .affine else { return workspace.kernels.add(output, to: moved) }
        for image in logDeterminants.indices {
            let rows = image * pixels..<(image + 1) * pixels
            logDeterminants[image] += workspace.kernels.coupleAffine(
                moved.rows(rows),
                shift: output.channels(0..<half).rows(rows),
                scale: output.channels(half..<2 * half).rows(rows)
            )
        }
    }

    /// Undoes ``forward(_:_:_:)`` on z (images, H, W, C), in place.
    public func reverse(_ z: RowView, _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: outputs)
        let moved = z.channels(half..<2 * half)
        network.forward(output, z.channels(0..<half), workspace)
        guard kind == .affine else { return workspace.kernels.subtract(output, from: moved) }
        workspace.kernels.uncoupleAffine(
            moved,
            shift: output.channels(0..<half),
            scale: output.channels(half..<2 * half)
        )
    }
}
