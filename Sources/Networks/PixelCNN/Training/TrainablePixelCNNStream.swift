// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of one stream of a PixelCNN++ in training; see ``PixelCNNStream``.
struct TrainablePixelCNNStream: Sendable {
    /// The convolutions that begin the stream.
    let first: TrainablePastConvolution
    /// All its convolutions.
    let convolutions: [TrainableWeightNormConvolution]
    private let kind: PixelCNNKind
    /// Where the stream ends.
    private let last: PixelCNNPlace
    /// In the order of a pass forward.
    private let layers: [any TrainablePixelCNNLayer]

    /// The stream of `kind`; extends `end` and the numbering of dropping layers.
    init(
        _ layout: ParameterLayout,
        _ configuration: PixelCNNConfiguration,
        _ kind: PixelCNNKind,
        dropping: inout Int,
        at end: inout Int
    ) {
        var builder = Builder(layout: layout, configuration: configuration, kind: kind, dropping: dropping, end: end)
        let resolutions = 0..<PixelCNNConfiguration.resolutions
        // The order of the parameters of either kind, and of the numbers that dropout draws.
        let first = builder.first()
        let up = resolutions.map { builder.stage(.up, $0, blocks: configuration.blocks) }
        let down = resolutions.map { builder.stage(.down, $0, blocks: configuration.downBlocks($0)) }
        let downsample = resolutions.dropLast().map { builder.downsample(to: $0 + 1) }
        let upsample = resolutions.dropLast().map { builder.upsample(to: $0) }
        (dropping, end) = (builder.dropping, builder.end)
        layers = PixelCNNStep.all(configuration).map { step in
            switch step {
            case .first: TrainablePixelCNNFirst(kind: kind, layer: first)
            case .block(let place): (place.way == .up ? up : down)[place.resolution][place.index]
            case .downsample(let resolution): downsample[resolution - 1]
            case .upsample(let resolution): upsample[resolution]
            }
        }
        convolutions =
            [first.convolution] + (up + down).joined().flatMap(\.layer.convolutions) + downsample.map(\.layer)
            + upsample.map(\.layer.convolution)
        self.first = first
        self.kind = kind
        last = PixelCNNPlace(way: .down, resolution: 0, index: configuration.downBlocks(0))
    }

    /// Computes the stream's activations; those of the u stream come before those of the ul stream.
    func forward(_ pass: some PixelCNNPass) {
        for layer in layers { layer.forward(pass) }
    }

    /// Goes back through the stream behind a pass forward, the ul stream before the u stream.
    ///
    /// - Parameters:
    ///   - chunk: What the pass forward left; sums and gates are overwritten.
    ///   - gradients: Hold the gradients of the stream's last activation and of what other layers read.
    ///   - pass: Where the effective vector's gradient goes.
    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        gradients.absorb(kind, last, accumulating: false, pass.workspace.kernels)
        for layer in layers.reversed() { layer.backward(chunk, &gradients, pass) }
    }
}

/// Makes the layers one after another.
private struct Builder {
    let layout: ParameterLayout
    let configuration: PixelCNNConfiguration
    let kind: PixelCNNKind
    /// Dropping layers so far.
    var dropping: Int
    /// End of the effective vector so far.
    var end: Int

    mutating func first() -> TrainablePastConvolution {
        TrainablePastConvolution(
            layout,
            "first.\(kind.rawValue)",
            kind.first.map { ($0.part, PixelCNNLayout.first(kind, $0.name)) },
            filters: configuration.filters,
            size: configuration.size(0),
            at: &end
        )
    }

    mutating func stage(_ way: PixelCNNPlace.Way, _ resolution: Int, blocks: Int) -> [TrainablePixelCNNBlock] {
        (0..<blocks).map { index in
            let place = PixelCNNPlace(way: way, resolution: resolution, index: index)
            let block = PixelCNNBlock(configuration, kind, place)
            let shape = block.shape(configuration)
            let layer = TrainableGatedBlock(layout, block.name, shape, layer: dropping, at: &end)
            dropping += 1
            return TrainablePixelCNNBlock(block: block, layer: layer)
        }
    }

    mutating func downsample(to resolution: Int) -> TrainablePixelCNNDownsampling {
        let layer = TrainableWeightNormConvolution(
            layout,
            PixelCNNLayout.downsample(kind, from: resolution - 1),
            inputs: configuration.filters,
            outputs: configuration.filters,
            kernel: kind.kernel,
            shift: kind.shift,
            stride: 2,
            size: configuration.size(resolution - 1),
            at: &end
        )
        let last = PixelCNNPlace(way: .up, resolution: resolution - 1, index: configuration.blocks)
        return TrainablePixelCNNDownsampling(kind: kind, resolution: resolution, last: last, layer: layer)
    }

    mutating func upsample(to resolution: Int) -> TrainablePixelCNNUpsampling {
        let layer = TrainableUpsamplingConvolution(
            layout,
            PixelCNNLayout.upsample(kind, to: resolution),
            filters: configuration.filters,
            shift: kind.shift,
            norm: configuration.upsamplingNorm,
            size: configuration.size(resolution + 1),
            at: &end
        )
        let coarser = resolution + 1
        let last = PixelCNNPlace(way: .down, resolution: coarser, index: configuration.downBlocks(coarser))
        return TrainablePixelCNNUpsampling(kind: kind, resolution: resolution, last: last, layer: layer)
    }
}
