// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Channels, kernels and image of a ``GatedBlock``.
public struct GatedBlockShape: Sendable {
    /// F: channels of what the block adds to.
    public var filters: Int
    /// Rows and columns of both convolutions' kernels.
    public var kernel: ImageSize
    /// What of its own line a pixel sees.
    public var shift: ShiftedConvolution.Shift
    /// Inputs from beside the block: 0, 1 or 2.
    public var skips: Int
    /// Rows and columns of the images.
    public var size: ImageSize

    /// The shape of a block.
    public init(filters: Int, kernel: ImageSize, shift: ShiftedConvolution.Shift, skips: Int, size: ImageSize) {
        precondition(0...2 ~= skips, "a gated block with \(skips) inputs from beside it")
        self.filters = filters
        self.kernel = kernel
        self.shift = shift
        self.skips = skips
        self.size = size
    }

    /// The parameters, in the scopes `input`, `output` and, with inputs from beside the block, `skip`.
    public var parameters: [ParameterSpec] {
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

    /// The halves of the gates, (images, H, W, 2F), of x + p·sigmoid(q).
    func split(_ gates: RowView) -> (p: RowView, q: RowView) {
        (gates.channels(0..<filters), gates.channels(filters..<2 * filters))
    }
}

/// What a ``GatedBlock`` reads besides what it adds to: celus, (images, H, W, 2F).
public struct GatedBlockInput: Sendable {
    /// Of x.
    public var activated: RowView
    /// Of what comes from beside the block, where it has such inputs.
    public var skip: RowView?
    /// Of the second such input.
    public var secondSkip: RowView?

    /// The inputs of a block; none from beside it unless given.
    public init(activated: RowView, skip: RowView? = nil, secondSkip: RowView? = nil) {
        self.activated = activated
        self.skip = skip
        self.secondSkip = secondSkip
    }
}

/// The activations inside a ``GatedBlock``.
public struct GatedBlockActivations: Sendable {
    /// celu of the sums, (images, H, W, 2F), between the block's halves.
    public var hidden: RowView
    /// conv(celu x) + Σ skip·celu a, (images, H, W, F), written on the way to the end of the first half.
    public var sums: RowView
    /// (p, q), (images, H, W, 2F), written on the way to the end of the second half.
    public var gates: RowView

    /// Activations in that memory.
    public init(hidden: RowView, sums: RowView, gates: RowView) {
        self.hidden = hidden
        self.sums = sums
        self.gates = gates
    }

    /// The first rows of every view.
    public func rows(_ range: Range<Int>) -> GatedBlockActivations {
        GatedBlockActivations(hidden: hidden.rows(range), sums: sums.rows(range), gates: gates.rows(range))
    }
}
