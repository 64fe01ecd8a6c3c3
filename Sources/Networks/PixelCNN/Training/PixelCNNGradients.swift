// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The gradients of a PixelCNN++'s activations in a pass backward over a few images.
///
/// The gradient of an activation's celu gathers in a slot until the last of its readers has come by. The ul stream's of
/// an activation is used up just before the u stream's activation in its place gets its first, so that both take turns
/// in one slot.
struct PixelCNNGradients: Sendable {
    /// Of the sum that residual blocks add to, by resolution: (images, H, W, F).
    let x: [RowView]
    private var slots: [Slot]
    /// Numbers of the slots, by resolution, in the order of the activations before each block and behind the last.
    private let up: [[Int]]
    private let down: [[Int]]

    private struct Slot: Sendable {
        /// (images, H, W, 2F).
        let view: RowView
        var isWritten = false
    }

    /// Gradients of `images` images in `buffers`, which grow as needed: those of fewer images fit in the same ones.
    init(_ configuration: PixelCNNConfiguration, images: Int, buffers: inout [AlignedBuffer]) {
        var used = 0
        func view(_ resolution: Int, channels: Int) -> RowView {
            let rows = images * configuration.size(resolution).pixels
            if used == buffers.count { buffers.append(AlignedBuffer(count: rows * channels)) }
            used += 1
            return RowView(buffers[used - 1], rows: rows, channels: channels)
        }
        let (filters, coarsest) = (configuration.filters, PixelCNNConfiguration.resolutions - 1)
        x = (0...coarsest).map { view($0, channels: filters) }
        var slots: [Slot] = []
        func number(_ resolution: Int) -> Int {
            slots.append(Slot(view: view(resolution, channels: 2 * filters)))
            return slots.count - 1
        }
        let up = (0...coarsest).map { resolution in (0...configuration.blocks).map { _ in number(resolution) } }
        down = (0...coarsest).map { resolution in
            // At the coarsest resolution the way back begins where the other ends.
            let start = resolution == coarsest ? up[resolution][configuration.blocks] : number(resolution)
            return [start] + (0..<configuration.downBlocks(resolution)).map { _ in number(resolution) }
        }
        self.up = up
        self.slots = slots
    }

    /// Where a reader of the activation leaves its gradient: added to what is there, unless it is the first reader.
    mutating func slot(_ place: PixelCNNPlace) -> (view: RowView, accumulating: Bool) {
        let number = number(place)
        defer { slots[number].isWritten = true }
        return (slots[number].view, slots[number].isWritten)
    }

    /// Turns the gradient that all readers of an activation have left into that of x, added to what else is known of it
    /// when `accumulating`.
    mutating func absorb(
        _ place: PixelCNNPlace,
        _ activated: RowView,
        accumulating: Bool = true,
        _ kernels: KernelSet
    ) {
        let number = number(place)
        guard slots[number].isWritten else {
            return precondition(accumulating, "nobody knows the gradient of the stream's end")
        }
        slots[number].isWritten = false
        let gradient = slots[number].view
        let dx = x[place.resolution]
        kernels.concatenatedELUBackward(gradient, activated: activated, into: dx, accumulating: accumulating)
    }

    private func number(_ place: PixelCNNPlace) -> Int {
        switch place.way {
        case .up: up[place.resolution][place.index]
        case .down: down[place.resolution][place.index]
        }
    }
}
