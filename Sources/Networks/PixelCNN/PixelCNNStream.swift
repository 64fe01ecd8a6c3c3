// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of one stream of a PixelCNN++, by resolution.
struct PixelCNNStream {
    private let configuration: PixelCNNConfiguration
    private let first: PastConvolution
    private let up: [[GatedBlock]]
    private let down: [[GatedBlock]]
    /// From each resolution to the next coarser one.
    private let downsample: [ShiftedConvolution]
    /// To each resolution from the next coarser one.
    private let upsample: [UpsamplingConvolution]

    init(_ parameters: ParameterSet, _ configuration: PixelCNNConfiguration, _ kind: PixelCNNKind) {
        let (filters, shift) = (configuration.filters, kind.shift)
        let resolutions = 0..<PixelCNNConfiguration.resolutions
        func block(_ name: String, skips: Int, _ resolution: Int) -> GatedBlock {
            let size = configuration.size(resolution)
            return GatedBlock(parameters.scope(name), filters: filters, shift: shift, skips: skips, size: size)
        }
        self.configuration = configuration
        first = PastConvolution(
            kind.first.map { ($0.part, parameters.scope(PixelCNNLayout.first(kind, $0.name))) },
            filters: filters,
            size: configuration.size(0)
        )
        up = resolutions.map { resolution in
            (0..<configuration.blocks).map {
                block(PixelCNNLayout.up(kind, resolution, $0), skips: kind.upSkips, resolution)
            }
        }
        down = resolutions.map { resolution in
            (0..<configuration.downBlocks(resolution)).map {
                block(PixelCNNLayout.down(kind, resolution, $0), skips: kind.downSkips, resolution)
            }
        }
        downsample = resolutions.dropLast().map {
            let parameters = parameters.scope(PixelCNNLayout.downsample(kind, from: $0))
            return ShiftedConvolution(parameters, shift: shift, stride: 2, size: configuration.size($0))
        }
        upsample = resolutions.dropLast().map {
            let parameters = parameters.scope(PixelCNNLayout.upsample(kind, to: $0))
            let size = configuration.size($0 + 1)
            return UpsamplingConvolution(parameters, shift: shift, norm: configuration.upsamplingNorm, size: size)
        }
    }

    /// The memory that a pass over that many images needs.
    func demand(images: Int) -> Workspace.Demand {
        let blocks = (up + down).joined().map { $0.demand(images: images) }
        let samplings = downsample.map { $0.demand(images: images) } + upsample.map { $0.demand(images: images) }
        return (blocks + samplings).reduce(first.demand(images: images)) { $0.union($1) }
    }

    /// Computes the stream's activations, `own`, within `scope`; `other` is the u stream's where this one is ul.
    func forward(
        _ own: [PixelCNNStreamMaps],
        _ other: [PixelCNNStreamMaps]?,
        _ images: RowView,
        _ maps: PixelCNNMaps,
        _ scope: PixelCNNScope
    ) {
        scope.perform(0, configuration.size(0)) { pixels, workspace in
            let past = maps.past.channels(0..<first.pastCount)
            first.forward(own[0].x, own[0].up[0], past, images, pixels: pixels, workspace)
        }
        for resolution in up.indices {
            if resolution > 0 { coarsen(own, to: resolution, scope) }
            for index in up[resolution].indices {
                let (here, there) = (own[resolution], other?[resolution])
                let (input, inside, output) = (here.up[index], here.upInside[index], here.up[index + 1])
                let skips = (there?.up[index + 1], nil as RowView?)
                run(up[resolution][index], here.x, input, inside, output, skips, resolution, scope)
            }
        }
        for resolution in down.indices.reversed() {
            if resolution < upsample.count { refine(own, to: resolution, maps, scope) }
            for index in down[resolution].indices {
                let (here, there) = (own[resolution], other?[resolution])
                let (input, inside, output) = (here.down[index], here.downInside[index], here.down[index + 1])
                let skip = here.up[down[resolution].count - 1 - index]
                let skips = there.map { ($0.down[index + 1], skip as RowView?) } ?? (skip, nil)
                run(down[resolution][index], here.backX, input, inside, output, skips, resolution, scope)
            }
        }
    }

    private func run(
        _ block: GatedBlock,
        _ x: RowView,
        _ input: RowView,
        _ inside: PixelCNNBlockMaps,
        _ output: RowView,
        _ skips: (RowView?, RowView?),
        _ resolution: Int,
        _ scope: PixelCNNScope
    ) {
        let size = configuration.size(resolution)
        scope.perform(resolution, size) { pixels, workspace in
            block.forwardHidden(inside.hidden, inside.sums, input, skips.0, skips.1, pixels: pixels, workspace)
        }
        scope.perform(resolution, size) { pixels, workspace in
            block.forwardOutput(x, output, inside.gates, inside.hidden, pixels: pixels, workspace)
        }
    }

    /// Goes to `resolution` from the next finer one.
    private func coarsen(_ own: [PixelCNNStreamMaps], to resolution: Int, _ scope: PixelCNNScope) {
        let (from, to, size) = (own[resolution - 1], own[resolution], configuration.size(resolution))
        scope.perform(resolution, size) { pixels, workspace in
            downsample[resolution - 1].forward(to.x, from.x, pixels: pixels, workspace)
            workspace.concatenatedELU(to.x, into: to.up[0], pixels: pixels, of: size)
        }
    }

    /// Goes back to `resolution` from the next coarser one.
    private func refine(
        _ own: [PixelCNNStreamMaps],
        to resolution: Int,
        _ maps: PixelCNNMaps,
        _ scope: PixelCNNScope
    ) {
        let (from, to) = (own[resolution + 1], own[resolution])
        scope.perform(resolution + 1, configuration.size(resolution + 1)) { pixels, workspace in
            let parities = maps.parities(to: resolution)
            upsample[resolution].forward(to.backX, to.down[0], parities, from.backX, pixels: pixels, workspace)
        }
    }
}
