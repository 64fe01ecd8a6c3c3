// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

extension PixelCNNTrainer {
    /// Overwrites `gradient` by that of the batch's mean bits per dimension.
    ///
    /// - Parameters:
    ///   - gradient: `layout.count` floats.
    ///   - batch: At least one image; seed and step decide what is dropped.
    ///   - parameters: `layout.count` floats.
    /// - Returns: Every image's bits per dimension at `parameters`, under the same dropout.
    public func gradient(
        _ gradient: AlignedBuffer,
        of batch: TrainingBatch,
        at parameters: AlignedBuffer
    ) -> BatchOutcome {
        precondition(gradient.count == layout.count, "\(gradient.count) floats for a gradient of \(layout.count)")
        return memory.withLock { memory in
            let pixels = pixels(batch)
            let images = pixels.rows / configuration.dimensions
            let chunks = (images + Self.chunkSize - 1) / Self.chunkSize
            let (gradients, sum) = memory.gradients(of: chunks)
            let (arenas, effective, kept) = (memory.arenas, memory.effective, kept)
            load(effective, parameters, kept: kept)
            let losses = Mutex([Double](repeating: 0, count: images))
            pool.forEach(chunks) { index, thread in
                let range = index * Self.chunkSize..<min((index + 1) * Self.chunkSize, images)
                let terms = self.step(gradients[index], batch, pixels, range, arenas[thread], self.workspaces[thread])
                losses.withLock { $0.replaceSubrange(range, with: terms) }
            }
            gradients.reduce(chunks, into: sum, pool)
            pool.forEach(convolutions.count) { index, _ in
                self.convolutions[index].unfold(gradient, sum, at: parameters, kept: kept)
            }
            return BatchOutcome(losses: losses.withLock { $0 })
        }
    }

    /// Takes the images of `range` forward and back; overwrites the effective vector's gradient and returns their
    /// losses.
    private func step(
        _ effectiveGradient: AlignedBuffer,
        _ batch: TrainingBatch,
        _ pixels: RowView,
        _ range: Range<Int>,
        _ arena: PixelCNNArena,
        _ workspace: TrainingWorkspace
    ) -> [Double] {
        let chunk = chunk(range, of: pixels, batch, maps: arena.maps(images: range.count), workspace)
        forward(PixelCNNChunkPass(chunk: chunk))
        let images = pixels.rows / configuration.dimensions
        let losses = backwardLoss(chunk, weight: 1 / Double(images))
        var gradients = arena.gradients(images: range.count)
        backwardLast(chunk, &gradients, effectiveGradient)
        ul.backward(chunk, &gradients, effectiveGradient)
        u.backward(chunk, &gradients, effectiveGradient)
        return losses
    }

    /// The images of `range` with what is dropped of them.
    func chunk(
        _ range: Range<Int>,
        of pixels: RowView,
        _ batch: TrainingBatch,
        maps: PixelCNNMaps,
        _ workspace: TrainingWorkspace
    ) -> PixelCNNChunk {
        let size = configuration.dimensions
        return PixelCNNChunk(
            images: pixels.rows(range.lowerBound * size..<range.upperBound * size),
            maps: maps,
            dropout: Dropout(
                probability256: probability256,
                seed: batch.seed,
                step: batch.step,
                firstImage: range.lowerBound
            ),
            workspace: workspace
        )
    }

    /// Every image's bits per dimension; the logits become the gradient of their sum times `weight`.
    private func backwardLoss(_ chunk: PixelCNNChunk, weight: Double) -> [Double] {
        let (size, logits) = (configuration.dimensions, chunk.maps.logits)
        let bits = 1 / (Double(size) * PixelCNN.log2)
        return (0..<chunk.images.rows / size).map { image in
            let rows = image * size..<(image + 1) * size
            let own = logits.rows(rows)
            return bits * mixture.backward(own, own, chunk.images.rows(rows), weight: weight * bits)
        }
    }

    private func backwardLast(
        _ chunk: PixelCNNChunk,
        _ gradients: inout PixelCNNGradients,
        _ effectiveGradient: AlignedBuffer
    ) {
        let filters = configuration.filters
        let slot = gradients.slot(.down(resolution: 0, configuration.downBlocks(0)))
        slot.view.buffer.clear()
        last.backward(
            slot.view.channels(0..<filters),
            outputGradient: chunk.maps.logits,
            lastActivation(chunk.maps),
            effectiveGradient,
            chunk.workspace
        )
    }
}
