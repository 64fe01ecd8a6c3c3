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
    private let shape: GatedBlockShape

    /// Takes its parameters from `parameters`.
    public init(_ parameters: ParameterSet, _ shape: GatedBlockShape) {
        let (shift, size) = (shape.shift, shape.size)
        input = ShiftedConvolution(parameters.scope("input"), shift: shift, size: size)
        output = ShiftedConvolution(parameters.scope("output"), shift: shift, size: size)
        skips = shape.skips > 0 ? Self.skips(parameters.scope("skip"), shape) : []
        self.shape = shape
    }

    /// One product for each skip: celu([a, b]) = elu([a, b, −a, −b]) interleaves what celu a and celu b hold apart.
    private static func skips(_ parameters: ParameterSet, _ shape: GatedBlockShape) -> [ShiftedConvolution] {
        let weight = WeightNorm.weight(parameters)
        let bias = parameters["bias"].values
        let (filters, count) = (shape.filters, shape.skips)
        return (0..<count).map { skip in
            let positive = skip * filters..<(skip + 1) * filters
            return ShiftedConvolution(
                weight,
                shape: parameters["v"].shape,
                inputs: Array(positive) + positive.map { $0 + count * filters },
                bias: skip == 0 ? bias : [Float](repeating: 0, count: filters),
                shift: .down,
                size: shape.size
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
    /// The pixels' neighbours of what is read, and nothing else of it, must be there.
    public func forwardHidden(
        _ inside: GatedBlockActivations,
        _ block: GatedBlockInput,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        let sums = inside.sums
        input.forward(sums, block.activated, pixels: pixels, workspace)
        if let skip = block.skip { skips[0].forward(sums, skip, pixels: pixels, accumulating: true, workspace) }
        if let skip = block.secondSkip { skips[1].forward(sums, skip, pixels: pixels, accumulating: true, workspace) }
        workspace.concatenatedELU(sums, into: inside.hidden, pixels: pixels, of: shape.size)
    }

    /// The second half, at the `pixels` of every image: x = x + p·sigmoid(q) in place, and celu of it.
    ///
    /// The pixels' neighbours of the hidden activations must be there.
    public func forwardOutput(
        _ x: RowView,
        _ activated: RowView,
        _ inside: GatedBlockActivations,
        pixels: Range<Int>,
        _ workspace: Workspace
    ) {
        output.forward(inside.gates, inside.hidden, pixels: pixels, workspace)
        let (p, q) = shape.split(inside.gates)
        for image in 0..<x.rows / shape.size.pixels {
            let first = image * shape.size.pixels
            let rows = first + pixels.lowerBound..<first + pixels.upperBound
            workspace.kernels.gate(x.rows(rows), p.rows(rows), q.rows(rows), into: x.rows(rows))
        }
        workspace.concatenatedELU(x, into: activated, pixels: pixels, of: shape.size)
    }
}

/// A ``GatedBlock`` in training, with dropout between its halves.
///
/// A pass forward calls `input`, `skip`, ``activate(_:dropout:_:)``, `output` and ``add(_:to:_:_:)`` in this order. A
/// pass backward comes back to the celus that the convolutions read, the hidden one with its elements dropped, and to
/// the gates.
public struct TrainableGatedBlock: Sendable {
    /// From celu x to the hidden sums.
    public let input: TrainableWeightNormConvolution
    /// From the celus of what comes from beside the block; its products are added to the hidden sums.
    public let skip: TrainableWeightNormConvolution?
    /// From the hidden celu, some of whose elements are dropped, to the gates (p, q).
    public let output: TrainableWeightNormConvolution
    /// Number of the block among the dropping layers.
    private let layer: Int
    private let shape: GatedBlockShape

    /// The block of the parameters called `name` in `layout`, the dropping layer of number `layer`; extends `end`.
    public init(_ layout: ParameterLayout, _ name: String, _ shape: GatedBlockShape, layer: Int, at end: inout Int) {
        func convolution(_ part: String, outputs: Int, isLast: Bool, _ end: inout Int) -> TrainableWeightNormConvolution
        {
            TrainableWeightNormConvolution(
                layout,
                "\(name).\(part)",
                inputs: 2 * shape.filters,
                outputs: outputs,
                kernel: shape.kernel,
                shift: shape.shift,
                size: shape.size,
                initialScale: isLast ? 0.1 : 1,
                isBehindDropout: isLast,
                at: &end
            )
        }
        input = convolution("input", outputs: shape.filters, isLast: false, &end)
        skip = shape.skips > 0 ? TrainableWeightNormConvolution(layout, "\(name).skip", ofSkips: shape, at: &end) : nil
        output = convolution("output", outputs: 2 * shape.filters, isLast: true, &end)
        self.layer = layer
        self.shape = shape
    }

    /// Its convolutions.
    public var convolutions: [TrainableWeightNormConvolution] { [input] + (skip.map { [$0] } ?? []) + [output] }

    /// hidden = dropout(celu(sums)).
    public func activate(_ inside: GatedBlockActivations, dropout: Dropout?, _ workspace: TrainingWorkspace) {
        workspace.kernels.concatenatedELU(inside.sums, into: inside.hidden)
        dropout?.apply(inside.hidden, pixels: shape.size.pixels, layer: layer, workspace.kernels)
    }

    /// result = x + p·sigmoid(q); the result may be x itself.
    public func add(
        _ x: RowView,
        to result: RowView,
        _ inside: GatedBlockActivations,
        _ workspace: TrainingWorkspace
    ) {
        let (p, q) = shape.split(inside.gates)
        workspace.kernels.gate(x, p, q, into: result)
    }

    /// From the gradient of the block's result to that of the hidden sums; the convolutions before them are the
    /// caller's.
    ///
    /// - Parameters:
    ///   - dy: The gradient of the result, which is also a part of that of x.
    ///   - inside: What the pass forward left; sums and gates are overwritten by their gradients.
    ///   - hiddenGradient: Written on the way, (images, H, W, 2F).
    ///   - dropout: As in the pass forward.
    ///   - pass: Where the effective vector's gradient goes.
    public func backward(
        _ dy: RowView,
        _ inside: GatedBlockActivations,
        hiddenGradient: RowView,
        dropout: Dropout?,
        _ pass: BackwardPass
    ) {
        let ((p, q), kernels) = (shape.split(inside.gates), pass.workspace.kernels)
        kernels.gateBackward(dy, p: p, q: q, intoP: p, q: q)
        output.backward(hiddenGradient, outputGradient: inside.gates, inside.hidden, pass)
        // A dropped element's slope does not matter, as its gradient is dropped.
        dropout?.apply(hiddenGradient, pixels: shape.size.pixels, layer: layer, kernels)
        kernels.concatenatedELUBackward(hiddenGradient, activated: inside.hidden, into: inside.sums)
    }
}

extension TrainableWeightNormConvolution {
    /// The products of a gated block's inputs from beside it, each F channels before its concatenated ELU.
    ///
    /// celu([a, b]) = elu([a, b, −a, −b]) interleaves what celu a and celu b hold apart.
    fileprivate init(
        _ layout: ParameterLayout,
        _ name: String,
        ofSkips block: GatedBlockShape,
        at end: inout Int
    ) {
        let (skips, filters) = (block.skips, block.filters)
        let shape = ConvolutionShape.pointwise(inputChannels: 2 * filters, outputChannels: filters)
        let start = end
        let products = (0..<skips).map { _ in
            let product = TrainableConvolution(shape, on: block.size, at: end)
            end += product.effectiveCount
            return product
        }
        let places = TrainableWeightNorm.Places(
            base: start,
            first: Array(0..<filters),
            second: (0..<2 * skips * filters).map { channel in
                let (sign, place) = channel.quotientAndRemainder(dividingBy: skips * filters)
                let product = products[place / filters]
                return product.offset - start + (sign * filters + place % filters) * filters
            },
            taps: [0],
            biases: [products[0].biasRange.lowerBound]
        )
        let fold = TrainableWeightNorm(layout, name, places, lengths: .firstAxis, isByOutput: true)
        self.init(name, folds: [fold], products: products)
    }
}
