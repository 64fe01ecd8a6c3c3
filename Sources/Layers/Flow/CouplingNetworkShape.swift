// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// The channels of a ``CouplingNetwork``, and the shapes of its layers.
struct CouplingNetworkShape: Sendable {
    let inputs: Int
    let hiddenChannels: Int
    let outputs: Int

    var first: ScaledConvolutionShape {
        ScaledConvolutionShape(inputs: inputs, outputs: hiddenChannels, kernel: 3, scale: .actnorm)
    }
    var second: ScaledConvolutionShape {
        ScaledConvolutionShape(inputs: hiddenChannels, outputs: hiddenChannels, kernel: 1, scale: .actnorm)
    }
    var last: ScaledConvolutionShape {
        ScaledConvolutionShape(inputs: hiddenChannels, outputs: outputs, kernel: 3, scale: .zero)
    }

    /// The parameters of all layers, in the scopes `first`, `second` and `last`.
    var parameters: [ParameterSpec] {
        [("first", first), ("second", second), ("last", last)].flatMap { name, layer in
            layer.parameters.map { $0.scoped(name) }
        }
    }
}

/// How a ``CouplingNetwork`` keeps its hidden activations: a few images at a time, each pixel's channels in a row.
struct HiddenActivations: Sendable {
    let channels: Int
    /// Pixels of an image.
    let pixels: Int

    /// Floats of hidden activations that are computed at once unless a single image has more.
    private static let limit = 1 << 15

    /// Images whose hidden activations together stay in the second-level cache, with their gradients in training.
    var imagesAtOnce: Int { max(1, Self.limit / (pixels * channels)) }

    /// Floats from one row to the next: what convolutions read fastest.
    var stride: Int { max(channels, ConvolutionPlan.rowStride) }

    /// Floats of one hidden layer's activations for the images computed at once.
    var count: Int { imagesAtOnce * pixels * stride }

    /// Calls `body` with the rows of each few images, of `rows` in all.
    @inline(__always)
    func forEachBlock(of rows: Int, _ body: (Range<Int>) -> Void) {
        let most = imagesAtOnce * pixels
        for start in Swift.stride(from: 0, to: rows, by: most) { body(start..<min(start + most, rows)) }
    }

    /// Memory for one hidden layer's activations of `images` images.
    func makeView(images: Int) -> RowView {
        let rows = images * pixels
        return RowView(AlignedBuffer(count: rows * stride), rows: rows, channels: channels, stride: stride)
    }
}
