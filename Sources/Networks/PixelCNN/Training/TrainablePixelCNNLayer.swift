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
            let x = chunk.maps.x(kind, PixelCNNPlace(way: .up, resolution: 0, index: 0))
            layer.forward(x, past: past(chunk), chunk.images, chunk.workspace)
            return x
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
            let sums = inside(chunk).sums
            layer.input.forward(sums, activated(chunk, block.kind, block.place), chunk.workspace)
            return sums
        }
        if let skip = layer.skip { forward(skip, pass) }
        pass.run { chunk in layer.activate(inside(chunk), dropout: chunk.dropout, chunk.workspace) }
        pass.run(layer.output) { chunk in
            let inside = inside(chunk)
            layer.output.forward(inside.gates, inside.hidden, chunk.workspace)
            return inside.gates
        }
        pass.run { chunk in
            let (x, result) = (chunk.maps.x(block.kind, block.place), chunk.maps.x(block.kind, block.place.next))
            layer.add(x, to: result, inside(chunk), chunk.workspace)
        }
    }

    /// Adds what comes from beside the block; alone it is computed in the gates, which are written later.
    private func forward(_ skip: TrainableWeightNormConvolution, _ pass: some PixelCNNPass) {
        @Sendable func add(_ chunk: PixelCNNChunk, to sums: RowView, accumulating: Bool) -> RowView {
            for (product, source) in block.skips.enumerated() {
                let input = activated(chunk, source.kind, source.place)
                let accumulates = accumulating || product > 0
                skip.forward(sums, input, of: product, accumulating: accumulates, chunk.workspace)
            }
            return sums
        }
        pass.run(skip) { chunk in
            let gates = inside(chunk).gates
            return add(chunk, to: gates.channels(0..<skip.outputs), accumulating: false)
        } _: { chunk in
            add(chunk, to: inside(chunk).sums, accumulating: true)
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        // Between blocks nothing is kept in the sums: their gradient takes their place.
        let sumGradient = inside(chunk).sums
        layer.backward(
            gradients.x[block.place.resolution],
            inside(chunk),
            hiddenGradient: chunk.maps.hiddenGradient.rows(0..<sumGradient.rows),
            dropout: chunk.dropout,
            pass
        )
        func passOn(_ part: TrainableWeightNormConvolution, _ product: Int, _ source: PixelCNNBlock.Source) -> RowView {
            let slot = gradients.slot(source.kind, source.place)
            let input = activated(chunk, source.kind, source.place)
            part.backward(
                slot.view,
                accumulating: slot.accumulating,
                outputGradient: sumGradient,
                input,
                of: product,
                pass
            )
            return input
        }
        if let skip = layer.skip {
            for (product, source) in block.skips.enumerated() { _ = passOn(skip, product, source) }
        }
        let input = passOn(layer.input, 0, (block.kind, block.place))
        gradients.absorb(block.kind, block.place, activated: input, pass.workspace.kernels)
    }

    private func inside(_ chunk: PixelCNNChunk) -> GatedBlockActivations { chunk.maps.inside(block.kind, block.place) }

    private func activated(_ chunk: PixelCNNChunk, _ kind: PixelCNNKind, _ place: PixelCNNPlace) -> RowView {
        chunk.maps.activated(kind, place, chunk.workspace.kernels)
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
            let x = chunk.maps.x(kind, PixelCNNPlace(way: .up, resolution: resolution, index: 0))
            layer.forward(x, chunk.maps.x(kind, last), chunk.workspace)
            return x
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        layer.backward(
            gradients.x[resolution - 1],
            outputGradient: gradients.x[resolution],
            chunk.maps.x(kind, last),
            pass
        )
        gradients.absorb(kind, last, pass.workspace.kernels)
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
            let x = chunk.maps.x(kind, PixelCNNPlace(way: .down, resolution: resolution, index: 0))
            let parities = chunk.maps.parities(to: resolution)
            layer.forward(x, parities: parities, chunk.maps.x(kind, last), chunk.workspace)
            return x
        }
    }

    func backward(_ chunk: PixelCNNChunk, _ gradients: inout PixelCNNGradients, _ pass: BackwardPass) {
        layer.backward(
            gradients.x[resolution + 1],
            outputGradient: gradients.x[resolution],
            parities: chunk.maps.parities(to: resolution),
            chunk.maps.x(kind, last),
            pass
        )
        gradients.absorb(kind, last, pass.workspace.kernels)
    }
}
