// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A ``GatedBlock`` in training, with dropout between its halves.
///
/// A pass forward calls `input`, `skip`, ``activate(_:_:_:_:)``, `output` and ``add(_:_:_:_:)`` in this order. Kept for
/// the pass backward are the celus that the convolutions read, the hidden one with its elements dropped, and the gates.
public struct TrainableGatedBlock: Sendable {
    /// From celu x to the hidden sums.
    public let input: WeightNormConvolution
    /// From the celus of what comes from beside the block; its products are added to the hidden sums.
    public let skip: WeightNormConvolution?
    /// From the hidden celu, some of whose elements are dropped, to the gates (p, q).
    public let output: WeightNormConvolution
    /// Number of the block among the dropping layers.
    private let layer: Int
    private let filters: Int
    private let size: ImageSize

    /// The block of the parameters called `name` in `layout`, for images of `size`; extends `end`.
    public init(
        _ layout: ParameterLayout,
        _ name: String,
        filters: Int,
        kernel: ImageSize,
        shift: ShiftedConvolution.Shift,
        skips: Int,
        size: ImageSize,
        layer: Int,
        at end: inout Int
    ) {
        input = WeightNormConvolution(
            layout,
            "\(name).input",
            inputs: 2 * filters,
            outputs: filters,
            kernel: kernel,
            shift: shift,
            size: size,
            at: &end
        )
        let skipName = "\(name).skip"
        skip =
            skips > 0
            ? WeightNormConvolution(layout, skipName, skips: skips, filters: filters, size: size, at: &end) : nil
        output = WeightNormConvolution(
            layout,
            "\(name).output",
            inputs: 2 * filters,
            outputs: 2 * filters,
            kernel: kernel,
            shift: shift,
            size: size,
            initialScale: 0.1,
            isBehindDropout: true,
            at: &end
        )
        self.layer = layer
        self.filters = filters
        self.size = size
    }

    /// Its convolutions.
    public var convolutions: [WeightNormConvolution] { [input] + (skip.map { [$0] } ?? []) + [output] }

    /// hidden = dropout(celu(sums)): (images, H, W, 2F) from (images, H, W, F).
    public func activate(_ hidden: RowView, _ sums: RowView, _ dropout: Dropout?, _ workspace: TrainingWorkspace) {
        workspace.kernels.concatenatedELU(sums, into: hidden)
        dropout?.apply(hidden, pixels: size.pixels, layer: layer, workspace.kernels)
    }

    /// x = x + p·sigmoid(q) in place, and its celu, `activated`.
    public func add(_ x: RowView, _ activated: RowView, _ gates: RowView, _ workspace: TrainingWorkspace) {
        let (p, q) = split(gates)
        workspace.kernels.gate(x, p, q, into: x)
        workspace.kernels.concatenatedELU(x, into: activated)
    }

    /// From the gradient of the block's result to that of the hidden sums; the convolutions before them are the
    /// caller's.
    ///
    /// - Parameters:
    ///   - dsums: Overwritten by the gradient of the hidden sums.
    ///   - dhidden: Written on the way, (images, H, W, 2F).
    ///   - dy: The gradient of the result, which is also a part of that of x.
    ///   - gates: What the pass forward left; overwritten by their gradient.
    ///   - hidden: What the pass forward left.
    ///   - dropout: As in the pass forward.
    ///   - effectiveGradient: The effective vector's gradient, the block's part of it overwritten.
    ///   - workspace: The calling thread's.
    public func backward(
        _ dsums: RowView,
        _ dhidden: RowView,
        _ dy: RowView,
        _ gates: RowView,
        _ hidden: RowView,
        _ dropout: Dropout?,
        _ effectiveGradient: AlignedBuffer,
        _ workspace: TrainingWorkspace
    ) {
        let (p, q) = split(gates)
        workspace.kernels.gateBackward(dy, p: p, q: q, intoP: p, q: q)
        output.backward(dhidden, outputGradient: gates, hidden, effectiveGradient, workspace)
        // A dropped element's slope does not matter, as its gradient is dropped.
        dropout?.apply(dhidden, pixels: size.pixels, layer: layer, workspace.kernels)
        workspace.kernels.concatenatedELUBackward(dhidden, activated: hidden, into: dsums)
    }

    private func split(_ gates: RowView) -> (p: RowView, q: RowView) {
        (gates.channels(0..<filters), gates.channels(filters..<2 * filters))
    }
}
