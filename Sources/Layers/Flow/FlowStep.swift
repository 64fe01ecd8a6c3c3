// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// One step of a flow: actnorm, invertible 1×1 convolution, coupling (Glow, Table 1).
///
/// Actnorm and convolution are one linear map of each pixel, y = W·(e^logs ⊙ (x + bias)), and so is their inverse.
public struct FlowStep: Sendable {
    private let mixing: Convolution
    private let unmixing: Convolution
    private let coupling: Coupling
    /// Log-determinant of one image's actnorm and 1×1 convolution; that of the coupling depends on the image.
    public let constantLogDeterminant: Double

    /// The parameters of a step on images with that many channels.
    public static func parameters(channels: Int, hiddenChannels: Int, coupling: Coupling.Kind) -> [ParameterSpec] {
        ActNorm.parameters(channels: channels).map { $0.scoped("actnorm") }
            + InvertibleConvolution.parameters(channels: channels).map { $0.scoped("invertible") }
            + Coupling.parameters(channels: channels, hiddenChannels: hiddenChannels, kind: coupling)
            .map { $0.scoped("coupling") }
    }

    /// Takes its parameters from `parameters`, for images of `extent`; nil when `invertible.permutation` is not one.
    public init?(_ parameters: ParameterSet, coupling: Coupling.Kind, extent: ImageExtent) {
        guard let convolution = InvertibleConvolution(parameters.scope("invertible")) else { return nil }
        let actnorm = ActNorm(parameters.scope("actnorm"))
        let scale = actnorm.scale
        let forward = SquareMatrix(size: scale.count) { convolution.matrix[$0, $1] * scale[$1] }
        let reverse = SquareMatrix(size: scale.count) { convolution.inverse[$0, $1] / scale[$0] }
        mixing = Convolution(matrix: forward, bias: forward * actnorm.bias, size: extent.size)
        unmixing = Convolution(matrix: reverse, bias: actnorm.bias.map { -$0 }, size: extent.size)
        constantLogDeterminant = Double(extent.pixels) * (actnorm.logDeterminant + convolution.logDeterminant)
        self.coupling = Coupling(parameters.scope("coupling"), kind: coupling, extent: extent)
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand {
        coupling.demand.union(Workspace.Demand(scratch: max(mixing.scratchCount, unmixing.scratchCount)))
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
        unmixing.forward(output, input, workspace)
    }
}
