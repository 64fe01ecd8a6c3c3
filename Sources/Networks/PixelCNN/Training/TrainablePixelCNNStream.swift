// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of one stream of a PixelCNN++ in training, by resolution; see ``PixelCNNStream``.
struct TrainablePixelCNNStream: Sendable {
    let kind: PixelCNNKind
    let configuration: PixelCNNConfiguration
    let first: TrainablePast
    let up: [[TrainableGatedBlock]]
    let down: [[TrainableGatedBlock]]
    /// From each resolution to the next coarser one.
    let downsample: [WeightNormConvolution]
    /// To each resolution from the next coarser one.
    let upsample: [TrainableUpsampling]

    /// The stream of `kind`; extends `end` and the numbering of dropping layers.
    init(
        _ layout: ParameterLayout,
        _ configuration: PixelCNNConfiguration,
        _ kind: PixelCNNKind,
        layers: inout Int,
        at end: inout Int
    ) {
        var builder = Builder(layout: layout, configuration: configuration, kind: kind, layers: layers, end: end)
        self.kind = kind
        self.configuration = configuration
        let resolutions = 0..<PixelCNNConfiguration.resolutions
        first = builder.first()
        up = resolutions.map { resolution in
            (0..<configuration.blocks).map {
                builder.block(PixelCNNLayout.up(kind, resolution, $0), skips: kind.upSkips, resolution)
            }
        }
        down = resolutions.map { resolution in
            (0..<configuration.downBlocks(resolution)).map {
                builder.block(PixelCNNLayout.down(kind, resolution, $0), skips: kind.downSkips, resolution)
            }
        }
        downsample = resolutions.dropLast().map { builder.downsample(from: $0) }
        upsample = resolutions.dropLast().map { builder.upsample(to: $0) }
        (layers, end) = (builder.layers, builder.end)
    }

    /// All its convolutions.
    var convolutions: [WeightNormConvolution] {
        [first.convolution] + (up + down).joined().flatMap(\.convolutions) + downsample + upsample.map(\.convolution)
    }

    /// The stream's own activations.
    func own(_ maps: PixelCNNMaps, _ resolution: Int) -> PixelCNNStreamMaps {
        kind == .u ? maps.u[resolution] : maps.ul[resolution]
    }

    /// The u stream's activation that a block of the ul stream also reads; nil in the u stream.
    ///
    /// It is the one in the place of the block's own result.
    func beside(_ maps: PixelCNNMaps, _ resolution: Int, up index: Int) -> RowView? {
        kind == .u ? nil : maps.u[resolution].up[index + 1]
    }

    /// The same on the way back.
    func beside(_ maps: PixelCNNMaps, _ resolution: Int, down index: Int) -> RowView? {
        kind == .u ? nil : maps.u[resolution].down[index + 1]
    }

    /// Which activation of the way down in resolution the skip list holds for a block on the way back.
    func listed(_ resolution: Int, _ index: Int) -> Int { down[resolution].count - 1 - index }
}

/// Makes the layers one after another.
private struct Builder {
    let layout: ParameterLayout
    let configuration: PixelCNNConfiguration
    let kind: PixelCNNKind
    var layers: Int
    var end: Int

    mutating func first() -> TrainablePast {
        TrainablePast(
            layout,
            "first.\(kind.rawValue)",
            kind.first.map { ($0.part, PixelCNNLayout.first(kind, $0.name)) },
            filters: configuration.filters,
            size: configuration.size(0),
            at: &end
        )
    }

    mutating func block(_ name: String, skips: Int, _ resolution: Int) -> TrainableGatedBlock {
        defer { layers += 1 }
        return TrainableGatedBlock(
            layout,
            name,
            filters: configuration.filters,
            kernel: kind.kernel,
            shift: kind.shift,
            skips: skips,
            size: configuration.size(resolution),
            layer: layers,
            at: &end
        )
    }

    mutating func downsample(from resolution: Int) -> WeightNormConvolution {
        WeightNormConvolution(
            layout,
            PixelCNNLayout.downsample(kind, from: resolution),
            inputs: configuration.filters,
            outputs: configuration.filters,
            kernel: kind.kernel,
            shift: kind.shift,
            stride: 2,
            size: configuration.size(resolution),
            at: &end
        )
    }

    mutating func upsample(to resolution: Int) -> TrainableUpsampling {
        TrainableUpsampling(
            layout,
            PixelCNNLayout.upsample(kind, to: resolution),
            filters: configuration.filters,
            shift: kind.shift,
            norm: configuration.upsamplingNorm,
            size: configuration.size(resolution + 1),
            at: &end
        )
    }
}
