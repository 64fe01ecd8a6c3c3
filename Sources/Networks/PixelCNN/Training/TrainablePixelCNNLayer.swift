// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A step of a stream of a PixelCNN++ in training, and its way back.
protocol TrainablePixelCNNLayer: Sendable {
    /// Computes the step's activations.
    func forward(_ pass: some PixelCNNPass)

    /// From the gradient of x behind the step to that of x before it.
    ///
    /// - Parameters:
    ///   - chunk: What the pass forward left; sums and gates are overwritten.
    ///   - gradients: Hold the gradients of what the step computed, and take those of what it read.
    ///   - pass: Where the effective vector's gradient goes.
    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass)
}

/// The convolutions that begin a stream.
struct TrainablePixelCNNFirst: TrainablePixelCNNLayer {
    let kind: PixelCNNKind
    let layer: TrainablePastConvolution

    func forward(_ pass: some PixelCNNPass) {
        pass.run(layer.convolution) { chunk in
            let x = chunk.maps.stream(kind, 0).x
            layer.forward(x, past: past(chunk), chunk.images, chunk.workspace)
            return x
        }
        pass.run { chunk in
            let own = chunk.maps.stream(kind, 0)
            chunk.workspace.kernels.concatenatedELU(own.x, into: own.up[0])
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        layer.backward(outputGradient: gradients.x[0], past: past(chunk), chunk.images, pass)
    }

    private func past(_ chunk: PixelCNNChunk) -> RowView { chunk.maps.past.channels(0..<layer.pastCount) }
}

/// A gated block in its place.
struct TrainablePixelCNNBlock: TrainablePixelCNNLayer {
    let block: PixelCNNBlock
    let layer: TrainableGatedBlock

    func forward(_ pass: some PixelCNNPass) {
        pass.run(layer.input) { chunk in
            let maps = block.maps(chunk.maps)
            layer.input.forward(maps.inside.sums, maps.input.activated, chunk.workspace)
            return maps.inside.sums
        }
        if let skip = layer.skip { forward(skip, pass) }
        pass.run { chunk in layer.activate(block.maps(chunk.maps).inside, dropout: chunk.dropout, chunk.workspace) }
        pass.run(layer.output) { chunk in
            let inside = block.maps(chunk.maps).inside
            layer.output.forward(inside.gates, inside.hidden, chunk.workspace)
            return inside.gates
        }
        pass.run { chunk in
            let maps = block.maps(chunk.maps)
            layer.add(maps.x, maps.output, maps.inside, chunk.workspace)
        }
    }

    /// Adds what comes from beside the block; alone it is computed in the gates, which are written later.
    private func forward(_ skip: TrainableWeightNormConvolution, _ pass: some PixelCNNPass) {
        @Sendable func add(_ chunk: PixelCNNChunk, to sums: RowView, accumulating: Bool) -> RowView {
            for (product, source) in block.skips.enumerated() {
                let input = chunk.maps.activated(source.kind, source.place)
                let accumulates = accumulating || product > 0
                skip.forward(sums, input, of: product, accumulating: accumulates, chunk.workspace)
            }
            return sums
        }
        pass.run(skip) { chunk in
            let gates = block.maps(chunk.maps).inside.gates
            return add(chunk, to: gates.channels(0..<skip.outputs), accumulating: false)
        } _: { chunk in
            add(chunk, to: block.maps(chunk.maps).inside.sums, accumulating: true)
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        let maps = block.maps(chunk.maps)
        // Between blocks nothing is kept in the sums: their gradient takes their place.
        let sumGradient = maps.inside.sums
        layer.backward(
            gradients.x[block.place.resolution],
            maps.inside,
            hiddenGradient: chunk.maps.shared.hidden.rows(0..<sumGradient.rows),
            dropout: chunk.dropout,
            pass
        )
        func passOn(_ part: TrainableWeightNormConvolution, _ product: Int, _ input: RowView, _ place: PixelCNNPlace) {
            let slot = gradients.slot(place)
            part.backward(
                slot.view,
                accumulating: slot.accumulating,
                outputGradient: sumGradient,
                input,
                of: product,
                pass
            )
        }
        if let skip = layer.skip {
            for (product, source) in block.skips.enumerated() {
                passOn(skip, product, chunk.maps.activated(source.kind, source.place), source.place)
            }
        }
        passOn(layer.input, 0, maps.input.activated, block.place)
        gradients.absorb(block.place, maps.input.activated, pass.workspace.kernels)
    }
}

/// The way to `resolution` from the next finer one, of which it reads `last`.
struct TrainablePixelCNNDownsampling: TrainablePixelCNNLayer {
    let kind: PixelCNNKind
    let resolution: Int
    /// The last activation of the finer resolution.
    let last: PixelCNNPlace
    let layer: TrainableWeightNormConvolution

    func forward(_ pass: some PixelCNNPass) {
        pass.run(layer) { chunk in
            let x = chunk.maps.stream(kind, resolution).x
            layer.forward(x, chunk.maps.stream(kind, resolution - 1).x, chunk.workspace)
            return x
        }
        pass.run { chunk in
            let own = chunk.maps.stream(kind, resolution)
            chunk.workspace.kernels.concatenatedELU(own.x, into: own.up[0])
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        layer.backward(
            gradients.x[resolution - 1],
            outputGradient: gradients.x[resolution],
            chunk.maps.stream(kind, resolution - 1).x,
            pass
        )
        gradients.absorb(last, chunk.maps.activated(kind, last), pass.workspace.kernels)
    }
}

/// The way back to `resolution` from the next coarser one.
struct TrainablePixelCNNUpsampling: TrainablePixelCNNLayer {
    let kind: PixelCNNKind
    let resolution: Int
    /// The last activation of the coarser resolution.
    let last: PixelCNNPlace
    let layer: TrainableUpsamplingConvolution

    func forward(_ pass: some PixelCNNPass) {
        pass.run(layer.convolution) { chunk in
            let (fine, coarse) = (chunk.maps.stream(kind, resolution), chunk.maps.stream(kind, resolution + 1))
            let parities = chunk.maps.parities(to: resolution)
            layer.forward(fine.backX, parities: parities, coarse.backX, chunk.workspace)
            return fine.backX
        }
        pass.run { chunk in
            let own = chunk.maps.stream(kind, resolution)
            chunk.workspace.kernels.concatenatedELU(own.backX, into: own.down[0])
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        layer.backward(
            gradients.x[resolution + 1],
            outputGradient: gradients.x[resolution],
            parities: chunk.maps.parities(to: resolution),
            chunk.maps.stream(kind, resolution + 1).backX,
            pass
        )
        gradients.absorb(last, chunk.maps.activated(kind, last), pass.workspace.kernels)
    }
}
