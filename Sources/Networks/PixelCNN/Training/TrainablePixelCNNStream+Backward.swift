// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension TrainablePixelCNNStream {
    /// Goes back through the stream behind a pass forward, the ul stream before the u stream.
    ///
    /// - Parameters:
    ///   - chunk: What the pass forward left; gates are overwritten.
    ///   - gradients: Hold the gradients of the stream's last activation and of what other layers read.
    ///   - effectiveGradient: The effective vector's gradient, the stream's part of it overwritten.
    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ effectiveGradient: AlignedBuffer) {
        for resolution in down.indices {
            let last = down[resolution].count
            // Behind the last block of a coarser resolution, the upsampling has written x's gradient.
            let activated = own(chunk.maps, resolution).down[last]
            absorb(.down(resolution: resolution, last), activated, resolution, resolution > 0, &gradients, chunk)
            for index in down[resolution].indices.reversed() {
                backwardDown(resolution, index, chunk, &gradients, effectiveGradient)
            }
            if resolution < upsample.count { unrefine(resolution, chunk, gradients, effectiveGradient) }
        }
        for resolution in up.indices.reversed() {
            if resolution < downsample.count {
                let last = configuration.blocks
                let activated = own(chunk.maps, resolution).up[last]
                absorb(.up(resolution: resolution, last), activated, resolution, true, &gradients, chunk)
            }
            for index in up[resolution].indices.reversed() {
                backwardUp(resolution, index, chunk, &gradients, effectiveGradient)
            }
            if resolution > 0 { uncoarsen(resolution, chunk, gradients, effectiveGradient) }
        }
        first.backward(
            outputGradient: gradients.x[0],
            chunk.maps.past.channels(0..<first.pastCount),
            chunk.images,
            effectiveGradient,
            chunk.workspace
        )
    }

    private func backwardUp(
        _ resolution: Int,
        _ index: Int,
        _ chunk: PixelCNNChunk,
        _ gradients: inout PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        let here = own(chunk.maps, resolution)
        var skips: [Reading] = []
        if let beside = beside(chunk.maps, resolution, up: index) {
            skips.append(Reading(activated: beside, place: .up(resolution: resolution, index + 1)))
        }
        backward(
            up[resolution][index],
            resolution,
            here.upInside[index],
            Reading(activated: here.up[index], place: .up(resolution: resolution, index)),
            skips,
            chunk,
            &gradients,
            effectiveGradient
        )
    }

    private func backwardDown(
        _ resolution: Int,
        _ index: Int,
        _ chunk: PixelCNNChunk,
        _ gradients: inout PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        let (here, listed) = (own(chunk.maps, resolution), listed(resolution, index))
        var skips: [Reading] = []
        if let beside = beside(chunk.maps, resolution, down: index) {
            skips.append(Reading(activated: beside, place: .down(resolution: resolution, index + 1)))
        }
        skips.append(Reading(activated: here.up[listed], place: .up(resolution: resolution, listed)))
        backward(
            down[resolution][index],
            resolution,
            here.downInside[index],
            Reading(activated: here.down[index], place: .down(resolution: resolution, index)),
            skips,
            chunk,
            &gradients,
            effectiveGradient
        )
    }

    /// An activation that a block reads, and where its gradient goes.
    private struct Reading {
        let activated: RowView
        let place: PixelCNNGradients.Place
    }

    /// Goes back through a block: x's gradient, complete, is that of its result, and becomes that of its input.
    private func backward(
        _ block: TrainableGatedBlock,
        _ resolution: Int,
        _ inside: PixelCNNBlockMaps,
        _ input: Reading,
        _ skips: [Reading],
        _ chunk: PixelCNNChunk,
        _ gradients: inout PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        // Between blocks nothing is kept in the sums: their gradient takes their place.
        let dsums = inside.sums
        block.backward(
            dsums,
            chunk.maps.shared.hidden.rows(0..<dsums.rows),
            gradients.x[resolution],
            inside.gates,
            inside.hidden,
            chunk.dropout,
            effectiveGradient,
            chunk.workspace
        )
        func passOn(_ layer: WeightNormConvolution, _ product: Int, _ reading: Reading) {
            let slot = gradients.slot(reading.place)
            layer.backward(
                slot.view,
                accumulating: slot.accumulating,
                outputGradient: dsums,
                reading.activated,
                of: product,
                effectiveGradient,
                chunk.workspace
            )
        }
        if let skip = block.skip {
            for (product, reading) in skips.enumerated() { passOn(skip, product, reading) }
        }
        passOn(block.input, 0, input)
        absorb(input.place, input.activated, resolution, true, &gradients, chunk)
    }

    /// Turns the gradient of an activation's celu into that of x, added to what else is known of it when
    /// `accumulating`.
    private func absorb(
        _ place: PixelCNNGradients.Place,
        _ activated: RowView,
        _ resolution: Int,
        _ accumulating: Bool,
        _ gradients: inout PixelCNNGradients,
        _ chunk: PixelCNNChunk
    ) {
        guard let gradient = gradients.take(place) else {
            return precondition(accumulating, "nobody knows the gradient of the stream's end")
        }
        let dx = gradients.x[resolution]
        let kernels = chunk.workspace.kernels
        kernels.concatenatedELUBackward(gradient, activated: activated, into: dx, accumulating: accumulating)
    }

    /// Back through the upsampling to `resolution`.
    private func unrefine(
        _ resolution: Int,
        _ chunk: PixelCNNChunk,
        _ gradients: PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        upsample[resolution].backward(
            gradients.x[resolution + 1],
            outputGradient: gradients.x[resolution],
            chunk.maps.parities(to: resolution),
            own(chunk.maps, resolution + 1).backX,
            effectiveGradient,
            chunk.workspace
        )
    }

    /// Back through the downsampling to `resolution`.
    private func uncoarsen(
        _ resolution: Int,
        _ chunk: PixelCNNChunk,
        _ gradients: PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        downsample[resolution - 1].backward(
            gradients.x[resolution - 1],
            outputGradient: gradients.x[resolution],
            own(chunk.maps, resolution - 1).x,
            effectiveGradient,
            chunk.workspace
        )
    }
}
