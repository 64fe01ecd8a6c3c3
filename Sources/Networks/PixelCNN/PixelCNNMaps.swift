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
    let upHidden: [RowView]
    let downHidden: [RowView]
}

/// The activations of a PixelCNN++ for a few images.
///
/// Scoring computes each activation everywhere before the next, so that buffers are used again as soon as their last reader
/// is done. Sampling comes back to the neighbours of every activation for every pixel, so that all are kept.
struct PixelCNNMaps {
    let u: [PixelCNNStreamMaps]
    let ul: [PixelCNNStreamMaps]
    let logits: RowView
    /// Written on the way from one activation to the next.
    let past: RowView
    let sums: RowView
    let gates: RowView

    /// Maps of `images` images in `buffers`, which grow as needed: maps for fewer images fit in the same ones.
    init(_ configuration: PixelCNNConfiguration, images: Int, isKept: Bool, buffers: inout [AlignedBuffer]) {
        let pixels = images * configuration.size(0).pixels
        let filters = configuration.filters
        var carver = Carver(buffers: buffers)
        logits = carver.map(rows: pixels, channels: 3 * configuration.mixtures)
        past = carver.map(rows: pixels, channels: 12)
        sums = carver.map(rows: pixels, channels: filters)
        gates = carver.map(rows: pixels, channels: 2 * filters)
        let hidden = isKept ? nil : carver.map(rows: pixels, channels: 2 * filters)
        func streams(reusing isReusing: Bool) -> [PixelCNNStreamMaps] {
            (0..<PixelCNNConfiguration.resolutions).map {
                carver.stream(configuration, $0, images: images, hidden: hidden, isReusing: isReusing)
            }
        }
        // The ul stream reads the u stream's activations of both ways.
        u = streams(reusing: false)
        ul = streams(reusing: !isKept)
        buffers = carver.buffers
    }

    /// The parities of the upsampling to `resolution`: a quarter as many pixels, four times the channels.
    func parities(to resolution: Int) -> RowView {
        RowView(gates.buffer, rows: gates.rows >> (2 * resolution + 2), channels: 2 * gates.channels)
    }

    /// The first rows of a scratch map, as many as an image map at `resolution` has.
    func scratch(_ map: RowView, _ resolution: Int) -> RowView { map.rows(0..<map.rows >> (2 * resolution)) }
}

/// Hands out buffers in order.
private struct Carver {
    var buffers: [AlignedBuffer]
    private var used = 0

    init(buffers: [AlignedBuffer]) { self.buffers = buffers }

    mutating func map(rows: Int, channels: Int) -> RowView {
        if used == buffers.count { buffers.append(AlignedBuffer(count: rows * channels)) }
        used += 1
        return RowView(buffers[used - 1], rows: rows, channels: channels)
    }

    mutating func stream(
        _ configuration: PixelCNNConfiguration,
        _ resolution: Int,
        images: Int,
        hidden: RowView?,
        isReusing: Bool
    ) -> PixelCNNStreamMaps {
        let rows = images * configuration.size(resolution).pixels
        let filters = configuration.filters
        let isCoarsest = resolution == PixelCNNConfiguration.resolutions - 1
        let blocks = configuration.downBlocks(resolution)
        let x = map(rows: rows, channels: filters)
        let backX = isCoarsest || hidden != nil ? x : map(rows: rows, channels: filters)
        let up = (0...configuration.blocks).map { _ in map(rows: rows, channels: 2 * filters) }
        // At the coarsest resolution the way back begins where the other ends.
        let start = isCoarsest ? up[configuration.blocks] : map(rows: rows, channels: 2 * filters)
        let down = (0..<blocks).map { isReusing ? up[blocks - 1 - $0] : map(rows: rows, channels: 2 * filters) }
        func inside(_ count: Int) -> [RowView] {
            (0..<count).map { _ in hidden?.rows(0..<rows) ?? map(rows: rows, channels: 2 * filters) }
        }
        return PixelCNNStreamMaps(
            x: x,
            backX: backX,
            up: up,
            down: [start] + down,
            upHidden: inside(configuration.blocks),
            downHidden: inside(blocks)
        )
    }
}
