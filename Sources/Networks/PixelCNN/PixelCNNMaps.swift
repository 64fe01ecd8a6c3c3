// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The activations of one stream at one resolution; an activation is kept as its concatenated ELU, (images, H, W, 2F).
struct PixelCNNStreamMaps {
    /// What the residual blocks add to, (images, H, W, F): on the way down in resolution, and on the way back.
    let x: RowView
    let backX: RowView
    /// Before each block and behind the last, on the way down in resolution: what the skip list holds.
    let up: [RowView]
    /// The same on the way back.
    let down: [RowView]
    /// Inside each block.
    let upInside: [GatedBlockActivations]
    let downInside: [GatedBlockActivations]
}

/// The activations of a PixelCNN++ for a few images.
///
/// Scoring computes each activation everywhere before the next, so that buffers are used again as soon as their last
/// reader is done. Sampling comes back to the neighbours of every activation for every pixel, so that all are kept.
struct PixelCNNMaps: Sendable {
    /// What activations are computed for.
    enum Use { case scoring, sampling }

    let u: [PixelCNNStreamMaps]
    let ul: [PixelCNNStreamMaps]
    let logits: RowView
    /// Written on the way from one activation to the next.
    let past: RowView
    /// What is used inside a block that keeps none of its own.
    let shared: GatedBlockActivations

    /// Maps of `images` images in `buffers`, which grow as needed: maps for fewer images fit in the same ones.
    init(_ configuration: PixelCNNConfiguration, images: Int, for use: Use, buffers: inout [AlignedBuffer]) {
        let pixels = images * configuration.size(0).pixels
        let filters = configuration.filters
        var allocator = MapAllocator(buffers: buffers)
        logits = allocator.map(rows: pixels, channels: 3 * configuration.mixtures)
        past = allocator.map(rows: pixels, channels: 12)
        let shared = allocator.inside(rows: pixels, filters: filters)
        self.shared = shared
        func streams(keeping: Keeping, reusing isReusing: Bool) -> [PixelCNNStreamMaps] {
            (0..<PixelCNNConfiguration.resolutions).map {
                allocator.stream(
                    configuration,
                    $0,
                    images: images,
                    inside: shared,
                    keeping: keeping,
                    isReusing: isReusing
                )
            }
        }
        // The ul stream reads the u stream's activations of both ways.
        switch use {
        case .scoring:
            u = streams(keeping: .nothing, reusing: false)
            ul = streams(keeping: .nothing, reusing: true)
        case .sampling:
            u = streams(keeping: .hidden, reusing: false)
            ul = streams(keeping: .everything, reusing: false)
        }
        buffers = allocator.buffers
    }

    /// The activations of the stream `kind` at a resolution.
    func stream(_ kind: PixelCNNKind, _ resolution: Int) -> PixelCNNStreamMaps {
        kind == .u ? u[resolution] : ul[resolution]
    }

    /// The activation of the stream `kind` at `place`.
    func activated(_ kind: PixelCNNKind, _ place: PixelCNNPlace) -> RowView {
        let maps = stream(kind, place.resolution)
        return place.way == .up ? maps.up[place.index] : maps.down[place.index]
    }

    /// The parities of the upsampling to `resolution`: a quarter as many pixels, four times the channels.
    func parities(to resolution: Int) -> RowView {
        let gates = shared.gates
        return RowView(gates.buffer, rows: gates.rows >> (2 * resolution + 2), channels: 2 * gates.channels)
    }
}

/// What every block keeps of the activations inside it until all pixels are computed.
private enum Keeping {
    case nothing
    /// What computing by lines comes back to.
    case hidden
    /// What computing by pixels comes back to: sums are written for a line in advance.
    case everything
}

/// Hands out buffers in order.
private struct MapAllocator {
    var buffers: [AlignedBuffer]
    private var used = 0

    init(buffers: [AlignedBuffer]) { self.buffers = buffers }

    mutating func map(rows: Int, channels: Int) -> RowView {
        if used == buffers.count { buffers.append(AlignedBuffer(count: rows * channels)) }
        used += 1
        return RowView(buffers[used - 1], rows: rows, channels: channels)
    }

    mutating func inside(rows: Int, filters: Int) -> GatedBlockActivations {
        GatedBlockActivations(
            hidden: map(rows: rows, channels: 2 * filters),
            sums: map(rows: rows, channels: filters),
            gates: map(rows: rows, channels: 2 * filters)
        )
    }

    /// What `count` blocks keep of `shared`'s rows, and their own.
    mutating func inside(
        _ count: Int,
        _ shared: GatedBlockActivations,
        filters: Int,
        keeping: Keeping
    ) -> [GatedBlockActivations] {
        let rows = shared.hidden.rows
        return (0..<count).map { _ in
            switch keeping {
            case .nothing: return shared
            case .hidden:
                let hidden = map(rows: rows, channels: 2 * filters)
                return GatedBlockActivations(hidden: hidden, sums: shared.sums, gates: shared.gates)
            case .everything: return inside(rows: rows, filters: filters)
            }
        }
    }

    /// The activations of one stream at one resolution; where `isReusing`, the way back overwrites those of the way
    /// there.
    mutating func stream(
        _ configuration: PixelCNNConfiguration,
        _ resolution: Int,
        images: Int,
        inside shared: GatedBlockActivations,
        keeping: Keeping,
        isReusing: Bool
    ) -> PixelCNNStreamMaps {
        let rows = images * configuration.size(resolution).pixels
        let filters = configuration.filters
        let isCoarsest = resolution == PixelCNNConfiguration.resolutions - 1
        let blocks = configuration.downBlocks(resolution)
        let x = map(rows: rows, channels: filters)
        let backX = isCoarsest || keeping == .nothing ? x : map(rows: rows, channels: filters)
        let up = (0...configuration.blocks).map { _ in map(rows: rows, channels: 2 * filters) }
        // At the coarsest resolution the way back begins where the other ends.
        let start = isCoarsest ? up[configuration.blocks] : map(rows: rows, channels: 2 * filters)
        let down = (0..<blocks).map { isReusing ? up[blocks - 1 - $0] : map(rows: rows, channels: 2 * filters) }
        let shared = shared.rows(0..<rows)
        return PixelCNNStreamMaps(
            x: x,
            backX: backX,
            up: up,
            down: [start] + down,
            upInside: inside(configuration.blocks, shared, filters: filters, keeping: keeping),
            downInside: inside(blocks, shared, filters: filters, keeping: keeping)
        )
    }
}
