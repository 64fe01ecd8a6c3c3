// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// What a coupling computes from the half it keeps (Glow, §3.3).
///
/// conv 3×3, actnorm, ReLU; conv 1×1, actnorm, ReLU; conv 3×3 that starts as zero. The actnorms are folded into the
/// convolutions.
public struct CouplingNetwork: Sendable {
    private let first: Convolution
    private let second: Convolution
    private let last: ZeroConvolution
    private let pixels: Int
    private let hiddenChannels: Int

    /// The parameters of a network of that many channels.
    public static func parameters(inputs: Int, hiddenChannels: Int, outputs: Int) -> [ParameterSpec] {
        let first = [ParameterSpec("weight", [hiddenChannels, inputs, 3, 3])]
        let second = [ParameterSpec("weight", [hiddenChannels, hiddenChannels, 1, 1])]
        let actnorm = ActNorm.parameters(channels: hiddenChannels).map { $0.scoped("actnorm") }
        return (first + actnorm).map { $0.scoped("first") } + (second + actnorm).map { $0.scoped("second") }
            + ZeroConvolution.parameters(inputs: hiddenChannels, outputs: outputs).map { $0.scoped("last") }
    }

    /// Takes its parameters from `parameters`, for images of `size`.
    public init(_ parameters: ParameterSet, size: ImageSize) {
        func hidden(_ parameters: ParameterSet) -> Convolution {
            let actnorm = ActNorm(parameters.scope("actnorm"))
            return Convolution(weight: parameters["weight"], scale: actnorm.scale, bias: actnorm.bias, size: size)
        }
        first = hidden(parameters.scope("first"))
        second = hidden(parameters.scope("second"))
        last = ZeroConvolution(parameters.scope("last"), size: size)
        pixels = size.pixels
        hiddenChannels = parameters.scope("first")["weight"].shape[0]
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand {
        [first.scratchCount, second.scratchCount, last.scratchCount].reduce(
            into: Workspace.Demand(hidden: 2 * imagesAtOnce * pixels * hiddenStride)
        ) { $0.scratch = max($0.scratch, $1) }
    }

    /// Floats from one row of hidden activations to the next: what the last two convolutions read fastest.
    private var hiddenStride: Int { max(hiddenChannels, ConvolutionPlan.rowStride) }

    /// Images whose hidden activations together stay in the second-level cache.
    private var imagesAtOnce: Int { max(1, Self.hiddenLimit / (pixels * hiddenChannels)) }

    /// Floats of hidden activations that are computed at once unless a single image has more.
    private static let hiddenLimit = 1 << 15

    /// The network's output for every image of `input`, a few images at a time.
    public func forward(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        let most = imagesAtOnce * pixels
        for start in stride(from: 0, to: input.rows, by: most) {
            let rows = start..<min(start + most, input.rows)
            let (upper, lower) = workspace.hidden(rows: rows.count, channels: hiddenChannels, stride: hiddenStride)
            // A neighbour's lines of the input, or of the hidden activations, are read at the border of the own ones.
            workspace.wait()
            first.forward(upper, input.rows(rows), activation: .relu, workspace)
            second.forward(lower, upper, activation: .relu, workspace)
            workspace.wait()
            last.forward(output.rows(rows), lower, workspace)
        }
    }
}
