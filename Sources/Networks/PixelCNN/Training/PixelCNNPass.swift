// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// How the steps of a pass forward are carried out: on the chunk at hand, or on all of a batch before the next.
protocol PixelCNNPass {
    /// Computes with one layer's weights; returns what was computed.
    typealias Computation = @Sendable (PixelCNNChunk) -> RowView

    /// Carries out a step without weights.
    func run(_ step: @Sendable (PixelCNNChunk) -> Void)

    /// Carries out `step`, which uses `layer`; `alone` computes the layer's output by itself where `step` adds it to
    /// others.
    func run(_ layer: TrainableWeightNormConvolution, alone: Computation?, _ step: Computation)
}

extension PixelCNNPass {
    func run(_ layer: TrainableWeightNormConvolution, _ step: Computation) { run(layer, alone: nil, step) }
}

/// A training step's pass: one chunk, which the pass backward follows.
struct PixelCNNChunkPass: PixelCNNPass {
    let chunk: PixelCNNChunk

    func run(_ step: @Sendable (PixelCNNChunk) -> Void) { step(chunk) }

    func run(_ layer: TrainableWeightNormConvolution, alone: Computation?, _ step: Computation) { _ = step(chunk) }
}

/// A pass over one chunk that looks at what every layer puts out.
final class PixelCNNFinitenessPass: PixelCNNPass {
    /// A layer, and how many others come before it.
    struct Finding: Sendable {
        let number: Int
        let layer: String
    }

    private(set) var finding: Finding?
    private let chunk: PixelCNNChunk
    private var layers = 0

    init(_ chunk: PixelCNNChunk) { self.chunk = chunk }

    func run(_ step: @Sendable (PixelCNNChunk) -> Void) { step(chunk) }

    func run(_ layer: TrainableWeightNormConvolution, alone: Computation?, _ step: Computation) {
        let output = step(chunk)
        if finding == nil, !output.isFinite {
            finding = Finding(number: layers, layer: layer.name)
        }
        layers += 1
    }
}

/// A pass over a whole batch that gives every layer its lengths and biases before its outputs are used.
struct PixelCNNInitialisationPass: PixelCNNPass {
    let chunks: [PixelCNNChunk]
    /// For each thread.
    let workspaces: [TrainingWorkspace]
    let pool: WorkPool
    let parameters: AlignedBuffer
    let effective: AlignedBuffer
    /// Layers that have their lengths and biases already.
    let done: Set<String>

    func run(_ step: @Sendable (PixelCNNChunk) -> Void) {
        pool.forEach(chunks.count) { index, thread in step(self.chunks[index].on(self.workspaces[thread])) }
    }

    func run(_ layer: TrainableWeightNormConvolution, alone: Computation?, _ step: Computation) {
        if !done.contains(layer.name) {
            let sums = ChunkSums(chunks: chunks.count, count: 2 * layer.outputs)
            pool.forEach(chunks.count) { index, thread in
                let chunk = self.chunks[index].on(self.workspaces[thread])
                let output = if let alone { alone(chunk) } else { step(chunk) }
                BatchStatistics.sum(output, into: sums, chunk: index, chunk.workspace.kernels)
            }
            layer.normalise(parameters, BatchStatistics(sums))
            layer.load(effective, at: parameters, kept: 1)
        }
        run { _ = step($0) }
    }
}

extension PixelCNNChunk {
    /// The same on the memory of another thread.
    fileprivate func on(_ workspace: TrainingWorkspace) -> PixelCNNChunk {
        PixelCNNChunk(images: images, maps: maps, dropout: dropout, workspace: workspace)
    }
}
