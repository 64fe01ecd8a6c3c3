// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

extension PixelCNNTrainer {
    /// Data-dependent initialisation of lengths and biases, layer after layer, without dropout.
    ///
    /// Every layer's outputs over the batch come to mean 0 and deviation 1, or 0.1 before a gate, given that the layers
    /// before it are done (Salimans and Kingma, 2016, section 3; the published code's `init_scale`). An upsampling
    /// whose lengths belong to its inputs comes to that deviation on the whole. In the paper's configuration it takes
    /// 12 MB for each of the batch's images.
    public func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {
        memory.withLock { memory in
            let pixels = pixels(batch)
            let images = pixels.rows / configuration.dimensions
            for stream in [u, ul] { stream.first.normalise(parameters, pixels) }
            load(memory.effective, parameters, kept: 1)
            let size = configuration.dimensions
            let chunks = stride(from: 0, to: images, by: Self.chunkSize).map { start in
                let range = start..<min(start + Self.chunkSize, images)
                var buffers: [AlignedBuffer] = []
                return PixelCNNChunk(
                    images: pixels.rows(range.lowerBound * size..<range.upperBound * size),
                    maps: PixelCNNMaps(configuration, images: range.count, for: .scoring, buffers: &buffers),
                    dropout: nil,
                    workspace: workspaces[0]
                )
            }
            forward(
                PixelCNNInitialisationPass(
                    chunks: chunks,
                    workspaces: workspaces,
                    pool: pool,
                    parameters: parameters,
                    effective: memory.effective,
                    done: Set([u, ul].map(\.first.convolution.name))
                )
            )
        }
    }
}

/// A pass over a whole batch that gives every layer its lengths and biases before its outputs are used.
private struct PixelCNNInitialisationPass: PixelCNNPass {
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

    func run(_ layer: WeightNormConvolution, alone: Step?, _ step: Step) {
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
