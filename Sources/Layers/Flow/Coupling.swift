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
    private let size: ImageSize
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
        size = extent.size
        half = extent.channels / 2
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand { network.demand }

    /// Couples z (images, H, W, C) in place and adds every line's log-determinant to `logDeterminants` (images, H).
    public func forward(_ z: RowView, _ logDeterminants: inout [Double], _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: outputs)
        network.forward(output, z.channels(0..<half), workspace)
        for lines in runs(z, workspace) {
            let rows = lines.lowerBound * size.width..<lines.upperBound * size.width
            let (moved, output) = (z.channels(half..<2 * half).rows(rows), output.rows(rows))
            guard kind == .affine else {
                workspace.kernels.add(output, to: moved)
                continue
            }
            workspace.kernels.coupleAffine(
                moved,
                shift: output.channels(0..<half),
                scale: output.channels(half..<2 * half),
                rowsPerSum: size.width
            ) { line, sum in logDeterminants[lines.lowerBound + line] += sum }
        }
    }

    /// Undoes ``forward(_:_:_:)`` on z (images, H, W, C), in place.
    public func reverse(_ z: RowView, _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: outputs)
        network.forward(output, z.channels(0..<half), workspace)
        for lines in runs(z, workspace) {
            let rows = lines.lowerBound * size.width..<lines.upperBound * size.width
            let (moved, output) = (z.channels(half..<2 * half).rows(rows), output.rows(rows))
            guard kind == .affine else {
                workspace.kernels.subtract(output, from: moved)
                continue
            }
            workspace.kernels.uncoupleAffine(
                moved,
                shift: output.channels(0..<half),
                scale: output.channels(half..<2 * half)
            )
        }
    }

    /// The workspace's lines of all images of z, one image below the other, as few ranges.
    private func runs(_ z: RowView, _ workspace: Workspace) -> [Range<Int>] {
        let lines = workspace.lines(of: size.height)
        let images = z.rows / size.pixels
        guard lines.count < size.height else { return [0..<images * size.height] }
        return (0..<images).map { $0 * size.height + lines.lowerBound..<$0 * size.height + lines.upperBound }
    }
}
