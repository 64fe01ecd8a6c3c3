// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The activations of a PixelCNN++ in training for a few images.
///
/// Of an activation, what the residual blocks add to is kept, x of (images, H, W, F). Its concatenated ELU, twice as
/// large, is computed again for every reader, which costs less than fetching it from memory.
struct PixelCNNTrainingMaps: Sendable {
    /// What activations are computed for.
    enum Use {
        /// A pass forward alone: nothing inside a block is kept.
        case forward
        /// A pass forward and one backward, which comes back to hidden activations and gates.
        case backward
    }

    let logits: RowView
    /// Written on the way from one activation to the next.
    let past: RowView
    /// The gradient of a block's hidden activations, (images, H, W, 2F); before and behind it, whatever is used up
    /// before the next block's.
    let hiddenGradient: RowView
    /// The concatenated ELU that is read at the time; see ``activated(_:_:_:)``.
    private let activation: RowView
    private let u: Stream
    private let ul: Stream

    /// By resolution, then by place in a stage.
    private struct Stream: Sendable {
        var up: [[RowView]] = []
        var down: [[RowView]] = []
        var upInside: [[GatedBlockActivations]] = []
        var downInside: [[GatedBlockActivations]] = []
    }

    /// Maps of `images` images in `buffers`, which grow as needed: maps for fewer images fit in the same ones.
    init(_ configuration: PixelCNNConfiguration, images: Int, for use: Use, buffers: inout [AlignedBuffer]) {
        var used = 0
        func view(rows: Int, channels: Int) -> RowView {
            if used == buffers.count { buffers.append(AlignedBuffer(count: rows * channels)) }
            used += 1
            return RowView(buffers[used - 1], rows: rows, channels: channels)
        }
        let (pixels, filters) = (images * configuration.size(0).pixels, configuration.filters)
        logits = view(rows: pixels, channels: 3 * configuration.mixtures)
        past = view(rows: pixels, channels: 12)
        let (hidden, sums) = (view(rows: pixels, channels: 2 * filters), view(rows: pixels, channels: filters))
        hiddenGradient = hidden
        activation = view(rows: pixels, channels: 2 * filters)
        let gates = use == .forward ? view(rows: pixels, channels: 2 * filters) : nil
        func inside(_ rows: Int) -> GatedBlockActivations {
            GatedBlockActivations(
                hidden: gates == nil ? view(rows: rows, channels: 2 * filters) : hidden.rows(0..<rows),
                sums: sums.rows(0..<rows),
                gates: gates?.rows(0..<rows) ?? view(rows: rows, channels: 2 * filters)
            )
        }
        func stream() -> Stream {
            var stream = Stream()
            for resolution in 0..<PixelCNNConfiguration.resolutions {
                let rows = images * configuration.size(resolution).pixels
                let (up, down) = (configuration.blocks, configuration.downBlocks(resolution))
                func x() -> RowView { view(rows: rows, channels: filters) }
                stream.up.append((0...up).map { _ in x() })
                // At the coarsest resolution the way back begins where the other ends.
                let isCoarsest = resolution == PixelCNNConfiguration.resolutions - 1
                stream.down.append([isCoarsest ? stream.up[resolution][up] : x()] + (0..<down).map { _ in x() })
                stream.upInside.append((0..<up).map { _ in inside(rows) })
                stream.downInside.append((0..<down).map { _ in inside(rows) })
            }
            return stream
        }
        u = stream()
        ul = stream()
    }

    /// The activation of the stream `kind` at `place`, (images, H, W, F).
    func x(_ kind: PixelCNNKind, _ place: PixelCNNPlace) -> RowView {
        let stream = kind == .u ? u : ul
        return (place.way == .up ? stream.up : stream.down)[place.resolution][place.index]
    }

    /// Inside the block of the stream `kind` at `place`.
    func inside(_ kind: PixelCNNKind, _ place: PixelCNNPlace) -> GatedBlockActivations {
        let stream = kind == .u ? u : ul
        return (place.way == .up ? stream.upInside : stream.downInside)[place.resolution][place.index]
    }

    /// The concatenated ELU of an activation, (images, H, W, 2F), in memory that the next call uses again.
    func activated(_ kind: PixelCNNKind, _ place: PixelCNNPlace, _ kernels: KernelSet) -> RowView {
        let x = x(kind, place)
        let activated = activation.rows(0..<x.rows)
        kernels.concatenatedELU(x, into: activated)
        return activated
    }

    /// The parities of the upsampling to `resolution`, a quarter as many pixels, four times the channels, in the memory
    /// of ``activated(_:_:_:)``.
    func parities(to resolution: Int) -> RowView {
        let rows = activation.rows >> (2 * resolution + 2)
        return RowView(activation.buffer, rows: rows, channels: 2 * activation.channels)
    }
}
