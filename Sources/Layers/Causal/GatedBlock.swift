// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The gated residual block of PixelCNN++ (section 2), without its dropout.
///
/// With celu(v) = elu([v, −v]): h = celu(conv(celu x) + Σ skip·celu a), (p, q) = conv(h), y = x + p·sigmoid(q). Both
/// convolutions are shifted alike. Inputs come as their celu, computed once for everyone who reads it.
public struct GatedBlock: Sendable {
    private let input: ShiftedConvolution
    private let skips: [ShiftedConvolution]
    private let output: ShiftedConvolution
    private let filters: Int
    private let size: ImageSize

    /// The parameters of a block with that many filters and inputs from beside it.
    public static func parameters(filters: Int, kernel: ImageSize, skips: Int) -> [ParameterSpec] {
        let input = ShiftedConvolution.parameters(inputs: 2 * filters, outputs: filters, kernel: kernel)
        let output = ShiftedConvolution.parameters(inputs: 2 * filters, outputs: 2 * filters, kernel: kernel)
        let skip = ShiftedConvolution.parameters(
            inputs: 2 * skips * filters,
            outputs: filters,
            kernel: ImageSize(height: 1, width: 1)
        )
        return input.map { $0.scoped("input") } + output.map { $0.scoped("output") }
            + (skips > 0 ? skip.map { $0.scoped("skip") } : [])
    }

    /// Takes its parameters from `parameters`, for images of `size`.
    public init(
        _ parameters: ParameterSet,
        filters: Int,
        shift: ShiftedConvolution.Shift,
        skips: Int,
        size: ImageSize
    ) {
        input = ShiftedConvolution(parameters.scope("input"), shift: shift, size: size)
        output = ShiftedConvolution(parameters.scope("output"), shift: shift, size: size)
        self.skips = skips > 0 ? Self.skips(parameters.scope("skip"), filters, skips, size) : []
        self.filters = filters
        self.size = size
    }

    /// One product for each skip: celu([a, b]) = elu([a, b, −a, −b]) interleaves what celu a and celu b hold apart.
    private static func skips(
        _ parameters: ParameterSet,
        _ filters: Int,
        _ count: Int,
        _ size: ImageSize
    ) -> [ShiftedConvolution] {
        let weight = WeightNorm.weight(parameters)
        let bias = parameters["bias"].values
        return (0..<count).map { skip in
            let positive = skip * filters..<(skip + 1) * filters
            return ShiftedConvolution(
                weight,
                shape: parameters["v"].shape,
                inputs: Array(positive) + positive.map { $0 + count * filters },
                bias: skip == 0 ? bias : [Float](repeating: 0, count: filters),
                shift: .down,
                size: size
            )
        }
    }

    /// The memory that a call on that many images needs.
    public func demand(images: Int) -> Workspace.Demand {
        skips.reduce(input.demand(images: images).union(output.demand(images: images))) {
            $0.union($1.demand(images: images))
        }
    }

    /// The first half, at the `pixels` of every image: hidden = celu(conv(x) + Σ skip·a).
    ///
    /// x, hidden and the skips a are celus, (images, H, W, 2F); `sums`, (images, H, W, F), is written on the way. The
    /// pixels' neighbours of x, and nothing else of it, must be there.
    public func forwardHidden(
        _ hidden: RowView,
        _ sums: RowView,
        _ x: RowView,
        _ skip: RowView?,
        _ secondSkip: RowView?,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        input.forward(sums, x, pixels: pixels, workspace)
        if let skip { skips[0].forward(sums, skip, pixels: pixels, accumulating: true, workspace) }
        if let secondSkip { skips[1].forward(sums, secondSkip, pixels: pixels, accumulating: true, workspace) }
        workspace.concatenatedELU(sums, into: hidden, pixels: pixels, of: size)
    }

    /// The second half, at the `pixels` of every image: x = x + p·sigmoid(q) in place, and celu of it.
    ///
    /// `gates`, (images, H, W, 2F), is written on the way. The pixels' neighbours of hidden must be there.
    public func forwardOutput(
        _ x: RowView,
        _ activated: RowView,
        _ gates: RowView,
        _ hidden: RowView,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        output.forward(gates, hidden, pixels: pixels, workspace)
        let (shift, gate) = (gates.channels(0..<filters), gates.channels(filters..<2 * filters))
        for image in 0..<x.rows / size.pixels {
            let rows = image * size.pixels + pixels.lowerBound..<image * size.pixels + pixels.upperBound
            workspace.kernels.gate(x.rows(rows), shift.rows(rows), gate.rows(rows), into: x.rows(rows))
        }
        workspace.concatenatedELU(x, into: activated, pixels: pixels, of: size)
    }
}
