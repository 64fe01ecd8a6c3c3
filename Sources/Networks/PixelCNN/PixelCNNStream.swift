// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of one stream of a PixelCNN++, in the order of a pass forward.
struct PixelCNNStream {
    private let kind: PixelCNNKind
    private let configuration: PixelCNNConfiguration
    private let layers: [Layer]

    private enum Layer {
        case first(PastConvolution)
        case block(GatedBlock, PixelCNNBlock)
        case downsample(ShiftedConvolution, to: Int)
        case upsample(UpsamplingConvolution, to: Int)
    }

    init(_ parameters: ParameterSet, _ configuration: PixelCNNConfiguration, _ kind: PixelCNNKind) {
        self.kind = kind
        self.configuration = configuration
        layers = PixelCNNStep.all(configuration).map { Self.layer($0, parameters, configuration, kind) }
    }

    private static func layer(
        _ step: PixelCNNStep,
        _ parameters: ParameterSet,
        _ configuration: PixelCNNConfiguration,
        _ kind: PixelCNNKind
    ) -> Layer {
        switch step {
        case .first:
            let parts = kind.first.map { ($0.part, parameters.scope(PixelCNNLayout.first(kind, $0.name))) }
            return .first(PastConvolution(parts, filters: configuration.filters, size: configuration.size(0)))
        case .block(let place):
            let block = PixelCNNBlock(configuration, kind, place)
            return .block(GatedBlock(parameters.scope(block.name), block.shape(configuration)), block)
        case .downsample(let resolution):
            let parameters = parameters.scope(PixelCNNLayout.downsample(kind, from: resolution - 1))
            let size = configuration.size(resolution - 1)
            let layer = ShiftedConvolution(parameters, shift: kind.shift, stride: 2, size: size)
            return .downsample(layer, to: resolution)
        case .upsample(let resolution):
            let layer = UpsamplingConvolution(
                parameters.scope(PixelCNNLayout.upsample(kind, to: resolution)),
                shift: kind.shift,
                norm: configuration.upsamplingNorm,
                size: configuration.size(resolution + 1)
            )
            return .upsample(layer, to: resolution)
        }
    }

    /// The memory that a pass over that many images needs.
    func demand(images: Int) -> Workspace.Demand {
        layers.reduce(Workspace.Demand()) { demand, layer in
            switch layer {
            case .first(let first): demand.union(first.demand(images: images))
            case .block(let block, _): demand.union(block.demand(images: images))
            case .downsample(let downsample, _): demand.union(downsample.demand(images: images))
            case .upsample(let upsample, _): demand.union(upsample.demand(images: images))
            }
        }
    }

    /// Computes the stream's activations of `images` within `scope`; those of the u stream come before the ul stream's.
    func forward(_ images: RowView, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
        for layer in layers {
            switch layer {
            case .first(let first): begin(first, images, maps, scope)
            case .block(let block, let place): run(block, place, maps, scope)
            case .downsample(let downsample, let resolution): coarsen(downsample, to: resolution, maps, scope)
            case .upsample(let upsample, let resolution): refine(upsample, to: resolution, maps, scope)
            }
        }
    }

    private func begin(_ first: PastConvolution, _ images: RowView, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
        let own = maps.stream(kind, 0)
        scope.perform(0, configuration.size(0)) { pixels, workspace in
            let past = maps.past.channels(0..<first.pastCount)
            first.forward(own.x, own.up[0], past: past, images, pixels: pixels, workspace)
        }
    }

    private func run(_ block: GatedBlock, _ place: PixelCNNBlock, _ maps: PixelCNNMaps, _ scope: PixelCNNScope) {
        let (resolution, size) = (place.place.resolution, configuration.size(place.place.resolution))
        let maps = place.maps(maps)
        scope.perform(resolution, size) { pixels, workspace in
            block.forwardHidden(maps.inside, maps.input, pixels: pixels, workspace)
        }
        scope.perform(resolution, size) { pixels, workspace in
            block.forwardOutput(maps.x, maps.output, maps.inside, pixels: pixels, workspace)
        }
    }

    /// Goes to `resolution` from the next finer one.
    private func coarsen(
        _ downsample: ShiftedConvolution,
        to resolution: Int,
        _ maps: PixelCNNMaps,
        _ scope: PixelCNNScope
    ) {
        let (from, to) = (maps.stream(kind, resolution - 1), maps.stream(kind, resolution))
        let size = configuration.size(resolution)
        scope.perform(resolution, size) { pixels, workspace in
            downsample.forward(to.x, from.x, pixels: pixels, workspace)
            workspace.concatenatedELU(to.x, into: to.up[0], pixels: pixels, of: size)
        }
    }

    /// Goes back to `resolution` from the next coarser one.
    private func refine(
        _ upsample: UpsamplingConvolution,
        to resolution: Int,
        _ maps: PixelCNNMaps,
        _ scope: PixelCNNScope
    ) {
        let (from, to) = (maps.stream(kind, resolution + 1), maps.stream(kind, resolution))
        scope.perform(resolution + 1, configuration.size(resolution + 1)) { pixels, workspace in
            let parities = maps.parities(to: resolution)
            upsample.forward(to.backX, to.down[0], parities: parities, from.backX, pixels: pixels, workspace)
        }
    }
}
