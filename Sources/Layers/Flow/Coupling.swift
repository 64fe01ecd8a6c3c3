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

    private let shape: CouplingShape
    private let network: CouplingNetwork
    private let size: ImageSize

    /// The parameters of a coupling of images with that many channels.
    public static func parameters(channels: Int, hiddenChannels: Int, kind: Kind) -> [ParameterSpec] {
        CouplingShape(kind: kind, channels: channels).network(hiddenChannels: hiddenChannels).parameters
    }

    /// Takes its parameters from `parameters`, for images of `extent`.
    public init(_ parameters: ParameterSet, kind: Kind, extent: ImageExtent) {
        shape = CouplingShape(kind: kind, channels: extent.channels)
        network = CouplingNetwork(parameters, size: extent.size)
        size = extent.size
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand { network.demand }

    /// Couples z (images, H, W, C) in place and adds every line's log-determinant to `logDeterminants` (images, H).
    public func forward(_ z: RowView, _ logDeterminants: inout [Double], _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: shape.outputs)
        network.forward(output, shape.kept(z), workspace)
        for lines in runs(z, workspace) {
            let rows = lines.lowerBound * size.width..<lines.upperBound * size.width
            let (moved, output) = (shape.moved(z).rows(rows), output.rows(rows))
            guard shape.kind == .affine else {
                workspace.kernels.add(output, to: moved)
                continue
            }
            let (shift, scale) = shape.split(output)
            workspace.kernels.coupleAffine(moved, shift: shift, scale: scale, rowsPerSum: size.width) { line, sum in
                logDeterminants[lines.lowerBound + line] += sum
            }
        }
    }

    /// Undoes ``forward(_:_:_:)`` on z (images, H, W, C), in place.
    public func reverse(_ z: RowView, _ workspace: Workspace) {
        let output = workspace.output(rows: z.rows, channels: shape.outputs)
        network.forward(output, shape.kept(z), workspace)
        for lines in runs(z, workspace) {
            let rows = lines.lowerBound * size.width..<lines.upperBound * size.width
            let (moved, output) = (shape.moved(z).rows(rows), output.rows(rows))
            guard shape.kind == .affine else {
                workspace.kernels.subtract(output, from: moved)
                continue
            }
            let (shift, scale) = shape.split(output)
            workspace.kernels.uncoupleAffine(moved, shift: shift, scale: scale)
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

/// A ``Coupling`` in training.
struct TrainableCoupling: Sendable {
    let network: TrainableCouplingNetwork
    private let shape: CouplingShape
    private let size: ImageSize

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
        shape = CouplingShape(kind: kind, channels: extent.channels)
        size = extent.size
        let channels = shape.network(hiddenChannels: hiddenChannels)
        network = TrainableCouplingNetwork(layout, scope: scope, channels, size: extent.size, at: &offset)
    }

    /// The memory a call for `images` images needs.
    func demand(images: Int) -> FlowTrainingMemory.Demand {
        network.demand.union(FlowTrainingMemory.Demand(scratch: 0, output: images * size.pixels * shape.outputs))
    }

    /// Memory for `images` images.
    func makeTape(images: Int) -> Tape {
        let rows = images * size.pixels
        let output = RowView(AlignedBuffer(count: rows * shape.outputs), rows: rows, channels: shape.outputs)
        return Tape(output: output, network: network.makeTape(images: images))
    }

    /// Couples z (images, H, W, C) in place and adds each image's log-determinant to `logDeterminants`.
    func forward(_ z: RowView, _ logDeterminants: inout [Double], _ tape: Tape, _ memory: FlowTrainingMemory) {
        let output = tape.output.rows(0..<z.rows)
        network.forward(output, tape.network, shape.kept(z), memory)
        couple(z, &logDeterminants, output, memory.workspace.kernels)
    }

    private func couple(_ z: RowView, _ logDeterminants: inout [Double], _ output: RowView, _ kernels: KernelSet) {
        let moved = shape.moved(z)
        guard shape.kind == .affine else { return kernels.add(output, to: moved) }
        let (shift, scale) = shape.split(output)
        kernels.coupleAffine(moved, shift: shift, scale: scale, rowsPerSum: size.pixels) { image, sum in
            logDeterminants[image] += sum
        }
    }

    /// Turns dz, the gradient of z as ``forward(_:_:_:_:)`` left it, into the gradient of z before, and overwrites the
    /// effective weights' gradient.
    func backward(_ dz: RowView, _ z: RowView, _ tape: Tape, _ pass: FlowBackwardPass) {
        let moved = shape.moved(dz)
        // The gradient of an additive coupling's shift is that of what was shifted.
        var outputGradient = moved
        if shape.kind == .affine {
            outputGradient = pass.memory.output(rows: z.rows, channels: shape.outputs)
            let gradients = shape.split(outputGradient)
            pass.memory.workspace.kernels.coupleAffineBackward(
                moved,
                coupled: shape.moved(z),
                scale: shape.split(tape.output.rows(0..<z.rows)).scale,
                logDeterminantWeight: pass.weight,
                shiftGradient: gradients.shift,
                scaleGradient: gradients.scale
            )
        }
        network.backward(
            shape.kept(dz),
            outputGradient: outputGradient,
            tape.network,
            input: shape.kept(z),
            pass
        )
    }

    /// Chooses the network's actnorms from the batch z (images, H, W, C), and couples it in place.
    func initialise(_ z: RowView, _ pass: FlowInitialisation) {
        let output = RowView(AlignedBuffer(count: z.rows * shape.outputs), rows: z.rows, channels: shape.outputs)
        network.initialise(output, shape.kept(z), pass)
        pass.forEach(pixels: size.pixels) { rows, workspace in
            var logDeterminants = [Double](repeating: 0, count: rows.count / size.pixels)
            couple(z.rows(rows), &logDeterminants, output.rows(rows), workspace.kernels)
        }
    }
}
