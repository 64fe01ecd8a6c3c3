// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension TrainablePixelCNNStream {
    /// Computes the stream's activations; those of the u stream come before those of the ul stream.
    func forward(_ pass: some PixelCNNPass) {
        pass.run(first.convolution) { grain in
            let x = own(grain.maps, 0).x
            first.forward(x, grain.maps.past.channels(0..<first.pastCount), grain.images, grain.workspace)
            return x
        }
        pass.run { grain in activate(own(grain.maps, 0).x, own(grain.maps, 0).up[0], grain) }
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
        run(up[resolution][index], pass) { grain in
            let here = own(grain.maps, resolution)
            return BlockMaps(
                x: here.x,
                input: here.up[index],
                skips: [beside(grain.maps, resolution, up: index)].compactMap { $0 },
                inside: here.upInside[index],
                output: here.up[index + 1]
            )
        }
    }

    private func runDown(_ resolution: Int, _ index: Int, _ pass: some PixelCNNPass) {
        run(down[resolution][index], pass) { grain in
            let here = own(grain.maps, resolution)
            let listed: RowView? = here.up[listed(resolution, index)]
            return BlockMaps(
                x: here.backX,
                input: here.down[index],
                skips: [beside(grain.maps, resolution, down: index), listed].compactMap { $0 },
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
        _ maps: @escaping @Sendable (PixelCNNGrain) -> BlockMaps
    ) {
        pass.run(block.input) { grain in
            let maps = maps(grain)
            block.input.forward(maps.inside.sums, maps.input, grain.workspace)
            return maps.inside.sums
        }
        if let skip = block.skip {
            @Sendable func add(_ grain: PixelCNNGrain, to sums: RowView, accumulating: Bool) -> RowView {
                for (product, input) in maps(grain).skips.enumerated() {
                    let accumulates = accumulating || product > 0
                    skip.forward(sums, input, of: product, accumulating: accumulates, grain.workspace)
                }
                return sums
            }
            pass.run(skip) { grain in
                let gates = maps(grain).inside.gates
                return add(grain, to: gates.channels(0..<configuration.filters), accumulating: false)
            } _: { grain in
                add(grain, to: maps(grain).inside.sums, accumulating: true)
            }
        }
        pass.run { grain in
            block.activate(maps(grain).inside.hidden, maps(grain).inside.sums, grain.dropout, grain.workspace)
        }
        pass.run(block.output) { grain in
            let inside = maps(grain).inside
            block.output.forward(inside.gates, inside.hidden, grain.workspace)
            return inside.gates
        }
        pass.run { grain in block.add(maps(grain).x, maps(grain).output, maps(grain).inside.gates, grain.workspace) }
    }

    /// Goes to `resolution` from the next finer one.
    private func coarsen(to resolution: Int, _ pass: some PixelCNNPass) {
        let layer = downsample[resolution - 1]
        pass.run(layer) { grain in
            let x = own(grain.maps, resolution).x
            layer.forward(x, own(grain.maps, resolution - 1).x, grain.workspace)
            return x
        }
        pass.run { grain in
            let here = own(grain.maps, resolution)
            activate(here.x, here.up[0], grain)
        }
    }

    /// Goes back to `resolution` from the next coarser one.
    private func refine(to resolution: Int, _ pass: some PixelCNNPass) {
        let layer = upsample[resolution]
        pass.run(layer.convolution) { grain in
            let (x, coarse) = (own(grain.maps, resolution).backX, own(grain.maps, resolution + 1).backX)
            layer.forward(x, grain.maps.parities(to: resolution), coarse, grain.workspace)
            return x
        }
        pass.run { grain in
            let here = own(grain.maps, resolution)
            activate(here.backX, here.down[0], grain)
        }
    }

    private func activate(_ x: RowView, _ activated: RowView, _ grain: PixelCNNGrain) {
        grain.workspace.kernels.concatenatedELU(x, into: activated)
    }
}
