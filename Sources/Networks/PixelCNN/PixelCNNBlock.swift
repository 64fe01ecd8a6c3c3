// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A gated block of a PixelCNN++: where it is, hence what it reads and writes.
struct PixelCNNBlock: Sendable {
    /// An activation that it reads.
    typealias Source = (kind: PixelCNNKind, place: PixelCNNPlace)

    let kind: PixelCNNKind
    let place: PixelCNNPlace
    /// The activations from beside the block that it reads: those of the other stream and of the skip list.
    let skips: [Source]

    /// The block of `kind` at `place`.
    init(_ configuration: PixelCNNConfiguration, _ kind: PixelCNNKind, _ place: PixelCNNPlace) {
        self.kind = kind
        self.place = place
        // Of the u stream, the activation in the place of the block's own result.
        let beside = kind == .ul ? [(kind: PixelCNNKind.u, place: place.next)] : []
        let listed = configuration.downBlocks(place.resolution) - 1 - place.index
        let list = PixelCNNPlace(way: .up, resolution: place.resolution, index: listed)
        skips = beside + (place.way == .down ? [(kind: kind, place: list)] : [])
    }

    /// The scope of its parameters.
    var name: String {
        switch place.way {
        case .up: PixelCNNLayout.up(kind, place.resolution, place.index)
        case .down: PixelCNNLayout.down(kind, place.resolution, place.index)
        }
    }

    /// Channels, kernels and image of the block.
    func shape(_ configuration: PixelCNNConfiguration) -> GatedBlockShape {
        GatedBlockShape(
            filters: configuration.filters,
            kernel: kind.kernel,
            shift: kind.shift,
            skips: skips.count,
            size: configuration.size(place.resolution)
        )
    }

    /// What the block reads and writes.
    func maps(_ maps: PixelCNNMaps) -> PixelCNNBlockMaps {
        let own = maps.stream(kind, place.resolution)
        func skip(_ number: Int) -> RowView? {
            number < skips.count ? maps.activated(skips[number].kind, skips[number].place) : nil
        }
        return PixelCNNBlockMaps(
            x: place.way == .up ? own.x : own.backX,
            input: GatedBlockInput(
                activated: maps.activated(kind, place),
                skip: skip(0),
                secondSkip: skip(1)
            ),
            inside: (place.way == .up ? own.upInside : own.downInside)[place.index],
            output: maps.activated(kind, place.next)
        )
    }
}

/// What a block of a PixelCNN++ reads and writes.
struct PixelCNNBlockMaps {
    /// What it adds to.
    let x: RowView
    let input: GatedBlockInput
    let inside: GatedBlockActivations
    /// celu of the result.
    let output: RowView
}
