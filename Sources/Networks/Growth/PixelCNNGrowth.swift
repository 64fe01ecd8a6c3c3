// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A PixelCNN++ with more filters, or more blocks, which does the same.
///
/// What blocks add to goes through the whole network, so its channels are copied alike everywhere; each block's hidden
/// channels are copied in a way of their own. A new block adds nothing: the lengths of its gates begin as 0. On the way
/// down in resolution new blocks stand behind the others, on the way back before them, so that each of the others still
/// meets the activations of the skip list that it met.
struct PixelCNNGrowth {
    private let former: PixelCNNConfiguration
    private let wide: PixelCNNConfiguration
    private let seed: UInt64
    /// Of what blocks add to.
    private let stream: ChannelMap
    /// Of the first values of new blocks; nil where there are none.
    private let fresh: [String: [Float]]?

    /// From a configuration to one that differs in filters, blocks and the image's size alone.
    init(from former: PixelCNNConfiguration, to wide: PixelCNNConfiguration, seed: UInt64) {
        self.former = former
        self.wide = wide
        self.seed = seed
        let draws = RandomStream(seed: seed, purpose: .growth, index: 0)
        stream = ChannelMap(from: former.filters, to: wide.filters, draws)
        fresh =
            wide.blocks == former.blocks
            ? nil : wide.firstValues { RandomStream(seed: seed, purpose: .initialisation, index: UInt64($0)) }
    }

    /// The wider network's parameters.
    func parameters(_ parameters: ParameterSet) -> ParameterSet {
        var tensors: [String: Tensor] = [:]
        for (number, layer) in (PixelCNNKind.allCases.flatMap(layers) + [last]).enumerated() {
            guard let source = layer.source else {
                tensors.merge(identity(layer)) { _, own in own }
                continue
            }
            let draws = RandomStream(seed: seed, purpose: .growth, index: UInt64(2 * number + 1))
            let widening = LayerWidening(inputs: layer.inputs, outputs: layer.outputs, draws)
            let wider = widening.weightNormalised(parameters.scope(source), isTransposed: layer.isTransposed)
            for (name, tensor) in wider { tensors["\(layer.name).\(name)"] = tensor }
        }
        return ParameterSet(tensors)
    }

    /// A convolution of the wider network.
    private struct Layer {
        var name: String
        /// The convolution of the former network that it does the same as; nil for one of a new block.
        var source: String?
        var inputs: ChannelMap
        var outputs: ChannelMap
        var isTransposed = false
        /// Whether its outputs are what a block adds.
        var isLastOfBlock = false
    }

    private func layers(_ kind: PixelCNNKind) -> [Layer] {
        let first = kind.first.map { part in
            let name = PixelCNNLayout.first(kind, part.name)
            return Layer(name: name, source: name, inputs: .identity(2), outputs: stream)
        }
        let between = (0..<PixelCNNConfiguration.resolutions - 1).flatMap { resolution in
            let (down, up) = (
                PixelCNNLayout.downsample(kind, from: resolution), PixelCNNLayout.upsample(kind, to: resolution)
            )
            return [
                Layer(name: down, source: down, inputs: stream, outputs: stream),
                Layer(name: up, source: up, inputs: stream, outputs: stream, isTransposed: true),
            ]
        }
        return first + blocks(kind) + between
    }

    private func blocks(_ kind: PixelCNNKind) -> [Layer] {
        (0..<PixelCNNConfiguration.resolutions).flatMap { resolution in
            let up = (0..<wide.blocks).map { PixelCNNPlace(way: .up, resolution: resolution, index: $0) }
            let down = (0..<wide.downBlocks(resolution)).map {
                PixelCNNPlace(way: .down, resolution: resolution, index: $0)
            }
            return (up + down).flatMap { layers(kind, at: $0) }
        }
    }

    /// The convolutions of the block at `place`.
    private func layers(_ kind: PixelCNNKind, at place: PixelCNNPlace) -> [Layer] {
        let block = PixelCNNBlock(wide, kind, place)
        let source = source(of: place).map { PixelCNNBlock(former, kind, $0).name }
        let draws = RandomStream(seed: seed, purpose: .growth, index: Self.number(kind, place))
        let hidden = ChannelMap(from: former.filters, to: wide.filters, draws)
        func layer(_ part: String, _ inputs: ChannelMap, _ outputs: ChannelMap) -> Layer {
            Layer(
                name: "\(block.name).\(part)",
                source: source.map { "\($0).\(part)" },
                inputs: inputs,
                outputs: outputs,
                isLastOfBlock: part == "output"
            )
        }
        let skips = block.skips.count
        return [layer("input", stream.repeated(2), hidden), layer("output", hidden.repeated(2), stream.repeated(2))]
            + (skips > 0 ? [layer("skip", stream.repeated(2 * skips), hidden)] : [])
    }

    /// An even number above 0 that no other block has.
    private static func number(_ kind: PixelCNNKind, _ place: PixelCNNPlace) -> UInt64 {
        let stage = place.resolution * 4 + (place.way == .up ? 0 : 2) + (kind == .u ? 0 : 1)
        return UInt64(stage << 16 | (place.index + 1) << 1)
    }

    /// Where the former network has the block that is at `place` in the wider one; nil for a new block.
    private func source(of place: PixelCNNPlace) -> PixelCNNPlace? {
        let more = wide.blocks - former.blocks
        switch place.way {
        case .up: return place.index < former.blocks ? place : nil
        case .down:
            guard place.index >= more else { return nil }
            return PixelCNNPlace(way: .down, resolution: place.resolution, index: place.index - more)
        }
    }

    private var last: Layer {
        Layer(
            name: PixelCNNLayout.last,
            source: PixelCNNLayout.last,
            inputs: stream,
            outputs: .identity(3 * wide.mixtures)
        )
    }

    /// The first values of a convolution of a block that adds nothing.
    private func identity(_ layer: Layer) -> [String: Tensor] {
        let specs = wide.parameters.filter { $0.name.hasPrefix("\(layer.name).") }
        return Dictionary(
            uniqueKeysWithValues: specs.map { spec in
                let isZero = layer.isLastOfBlock && spec.name.hasSuffix(".g")
                let zeros = [Float](repeating: 0, count: spec.shape.reduce(1, *))
                return (spec.name, Tensor(shape: spec.shape, values: isZero ? zeros : fresh?[spec.name] ?? zeros))
            }
        )
    }
}

extension PixelCNNConfiguration {
    /// Why a network of these sizes cannot begin with the weights of one of the sizes `start`.
    ///
    /// No parameter depends on the image's size.
    func problems(startingFrom start: PixelCNNConfiguration) -> [SizeProblem] {
        var problems: [SizeProblem?] = [
            .shrinkage("filters", filters, start.filters), .shrinkage("blocks", blocks, start.blocks),
            .difference("mixtures", mixtures, start.mixtures), .difference("channels", channels, start.channels),
        ]
        if upsamplingNorm != start.upsamplingNorm {
            let found = "the checkpoint to start from normalises upsamplings by \(start.upsamplingNorm.rawValue)"
            problems.append(SizeProblem("family", "\(found), as imported ones do; it cannot be trained on"))
        }
        return problems.compactMap(\.self)
    }
}
