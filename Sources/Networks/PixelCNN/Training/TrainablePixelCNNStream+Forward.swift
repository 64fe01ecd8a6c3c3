// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension TrainablePixelCNNStream {
    /// Computes the stream's activations; those of the u stream come before those of the ul stream.
    func forward(_ pass: some PixelCNNPass) {
        pass.run(first.convolution) { chunk in
            let x = own(chunk.maps, 0).x
            first.forward(x, chunk.maps.past.channels(0..<first.pastCount), chunk.images, chunk.workspace)
            return x
        }
        pass.run { chunk in activate(own(chunk.maps, 0).x, own(chunk.maps, 0).up[0], chunk) }
        for resolution in up.indices {
            if resolution > 0 { coarsen(to: resolution, pass) }
            for index in up[resolution].indices { runUp(resolution, index, pass) }
        }
        for resolution in down.indices.reversed() {
            if resolution < upsample.count { refine(to: resolution, pass) }
            for index in down[resolution].indices { runDown(resolution, index, pass) }
        }
    }

    private func runUp(_ resolution: Int, _ index: Int, _ pass: some PixelCNNPass) {
        run(up[resolution][index], pass) { chunk in
            let here = own(chunk.maps, resolution)
            return BlockMaps(
                x: here.x,
                input: here.up[index],
                skips: [beside(chunk.maps, resolution, up: index)].compactMap { $0 },
                inside: here.upInside[index],
                output: here.up[index + 1]
            )
        }
    }

    private func runDown(_ resolution: Int, _ index: Int, _ pass: some PixelCNNPass) {
        run(down[resolution][index], pass) { chunk in
            let here = own(chunk.maps, resolution)
            let listed: RowView? = here.up[listed(resolution, index)]
            return BlockMaps(
                x: here.backX,
                input: here.down[index],
                skips: [beside(chunk.maps, resolution, down: index), listed].compactMap { $0 },
                inside: here.downInside[index],
                output: here.down[index + 1]
            )
        }
    }

    /// What a block reads and writes.
    private struct BlockMaps {
        let x: RowView
        let input: RowView
        let skips: [RowView]
        let inside: PixelCNNBlockMaps
        let output: RowView
    }

    private func run(
        _ block: TrainableGatedBlock,
        _ pass: some PixelCNNPass,
        _ maps: @escaping @Sendable (PixelCNNChunk) -> BlockMaps
    ) {
        pass.run(block.input) { chunk in
            let maps = maps(chunk)
            block.input.forward(maps.inside.sums, maps.input, chunk.workspace)
            return maps.inside.sums
        }
        if let skip = block.skip {
            @Sendable func add(_ chunk: PixelCNNChunk, to sums: RowView, accumulating: Bool) -> RowView {
                for (product, input) in maps(chunk).skips.enumerated() {
                    let accumulates = accumulating || product > 0
                    skip.forward(sums, input, of: product, accumulating: accumulates, chunk.workspace)
                }
                return sums
            }
            pass.run(skip) { chunk in
                let gates = maps(chunk).inside.gates
                return add(chunk, to: gates.channels(0..<configuration.filters), accumulating: false)
            } _: { chunk in
                add(chunk, to: maps(chunk).inside.sums, accumulating: true)
            }
        }
        pass.run { chunk in
            block.activate(maps(chunk).inside.hidden, maps(chunk).inside.sums, chunk.dropout, chunk.workspace)
        }
        pass.run(block.output) { chunk in
            let inside = maps(chunk).inside
            block.output.forward(inside.gates, inside.hidden, chunk.workspace)
            return inside.gates
        }
        pass.run { chunk in block.add(maps(chunk).x, maps(chunk).output, maps(chunk).inside.gates, chunk.workspace) }
    }

    /// Goes to `resolution` from the next finer one.
    private func coarsen(to resolution: Int, _ pass: some PixelCNNPass) {
        let layer = downsample[resolution - 1]
        pass.run(layer) { chunk in
            let x = own(chunk.maps, resolution).x
            layer.forward(x, own(chunk.maps, resolution - 1).x, chunk.workspace)
            return x
        }
        pass.run { chunk in
            let here = own(chunk.maps, resolution)
            activate(here.x, here.up[0], chunk)
        }
    }

    /// Goes back to `resolution` from the next coarser one.
    private func refine(to resolution: Int, _ pass: some PixelCNNPass) {
        let layer = upsample[resolution]
        pass.run(layer.convolution) { chunk in
            let (x, coarse) = (own(chunk.maps, resolution).backX, own(chunk.maps, resolution + 1).backX)
            layer.forward(x, chunk.maps.parities(to: resolution), coarse, chunk.workspace)
            return x
        }
        pass.run { chunk in
            let here = own(chunk.maps, resolution)
            activate(here.backX, here.down[0], chunk)
        }
    }

    private func activate(_ x: RowView, _ activated: RowView, _ chunk: PixelCNNChunk) {
        chunk.workspace.kernels.concatenatedELU(x, into: activated)
    }
}
