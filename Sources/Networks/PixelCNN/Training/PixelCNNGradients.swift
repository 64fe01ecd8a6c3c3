// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The gradients of a PixelCNN++'s activations in a pass backward over a few images.
///
/// The gradient of an activation's celu gathers in a slot until the last of its readers has come by. A slot has no
/// memory of its own: the ul stream, through which the pass goes first, leaves hidden activations and gates behind that
/// nobody needs any more.
struct PixelCNNGradients: Sendable {
    /// Of the sum that residual blocks add to, by resolution: (images, H, W, F).
    let x: [RowView]
    private let configuration: PixelCNNConfiguration
    private let maps: PixelCNNTrainingMaps
    /// The slots that hold a gradient.
    private var written: Set<Slot> = []

    private struct Slot: Hashable {
        let kind: PixelCNNKind
        let place: PixelCNNPlace
    }

    /// Gradients of the activations `maps` of `images` images, in `buffers`, which grow as needed: those of fewer
    /// images fit in the same ones.
    init(
        _ configuration: PixelCNNConfiguration,
        images: Int,
        _ maps: PixelCNNTrainingMaps,
        buffers: inout [AlignedBuffer]
    ) {
        let rows = (0..<PixelCNNConfiguration.resolutions).map { images * configuration.size($0).pixels }
        if buffers.isEmpty { buffers = rows.map { AlignedBuffer(count: $0 * configuration.filters) } }
        x = zip(buffers, rows).map { RowView($0, rows: $1, channels: configuration.filters) }
        self.configuration = configuration
        self.maps = maps
    }

    /// Where a reader of the activation leaves its gradient: added to what is there, unless it is the first reader.
    mutating func slot(_ kind: PixelCNNKind, _ place: PixelCNNPlace) -> (view: RowView, accumulating: Bool) {
        let slot = slot(kind, at: place)
        return (view(slot), !written.insert(slot).inserted)
    }

    /// Turns the gradient that all readers of an activation have left into that of x, added to what else is known of it
    /// when `accumulating`.
    ///
    /// - Parameters:
    ///   - kind: The activation's stream.
    ///   - place: Its place.
    ///   - activated: Its concatenated ELU, where it has just been computed.
    ///   - accumulating: Whether x's gradient holds something.
    ///   - kernels: The kernels to compute with.
    mutating func absorb(
        _ kind: PixelCNNKind,
        _ place: PixelCNNPlace,
        activated: RowView? = nil,
        accumulating: Bool = true,
        _ kernels: KernelSet
    ) {
        let slot = slot(kind, at: place)
        guard written.remove(slot) != nil else {
            return precondition(accumulating, "nobody knows the gradient of the stream's end")
        }
        let activated = activated ?? maps.activated(kind, place, kernels)
        let dx = x[place.resolution]
        kernels.concatenatedELUBackward(view(slot), activated: activated, into: dx, accumulating: accumulating)
    }

    /// At the coarsest resolution the way back begins where the other ends.
    private func slot(_ kind: PixelCNNKind, at place: PixelCNNPlace) -> Slot {
        let (resolution, blocks) = (place.resolution, configuration.blocks)
        guard isCoarsest(place), place.way == .down, place.index == 0 else { return Slot(kind: kind, place: place) }
        return Slot(kind: kind, place: PixelCNNPlace(way: .up, resolution: resolution, index: blocks))
    }

    /// The memory of a slot.
    ///
    /// An activation of the u stream is read first by the block of the ul stream that ends in its place, whose gates
    /// are then used up; one of the ul stream on the way there, by the block on the way back that lists it, whose
    /// hidden activations are. What only its own block reads is used up at once.
    private func view(_ slot: Slot) -> RowView {
        let (place, resolution) = (slot.place, slot.place.resolution)
        func inside(_ way: PixelCNNPlace.Way, _ index: Int) -> GatedBlockActivations {
            maps.inside(.ul, PixelCNNPlace(way: way, resolution: resolution, index: index))
        }
        if slot.kind == .u && place.index > 0 { return inside(place.way, place.index - 1).gates }
        let lister = configuration.downBlocks(resolution) - 1 - place.index
        if place.way == .up && lister >= 0 { return inside(.down, lister).hidden }
        return maps.hiddenGradient.rows(0..<x[resolution].rows)
    }

    private func isCoarsest(_ place: PixelCNNPlace) -> Bool {
        place.resolution == PixelCNNConfiguration.resolutions - 1
    }
}
