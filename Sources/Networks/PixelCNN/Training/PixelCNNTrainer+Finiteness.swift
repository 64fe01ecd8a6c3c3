// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Layers
import Synchronization

extension PixelCNNTrainer {
    /// The first layer, in the order of a pass forward, one of whose outputs for the batch is not finite.
    ///
    /// It is named by the scope of its parameters, such as `up.1.ul.2.output`.
    public func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? {
        memory.withLock { memory in
            load(memory.effective, parameters, kept: kept)
            let pixels = pixels(batch)
            let (images, arenas) = (pixels.rows / configuration.dimensions, memory.arenas)
            let first = Mutex<PixelCNNFinitenessPass.Finding?>(nil)
            pool.forEach((images + Self.chunkSize - 1) / Self.chunkSize) { index, thread in
                let range = index * Self.chunkSize..<min((index + 1) * Self.chunkSize, images)
                let maps = arenas[thread].maps(images: range.count)
                let chunk = self.chunk(range, of: pixels, batch, maps: maps, self.workspaces[thread])
                let pass = PixelCNNFinitenessPass(chunk)
                self.forward(pass)
                guard let finding = pass.finding else { return }
                first.withLock { if finding.number < $0?.number ?? .max { $0 = finding } }
            }
            return first.withLock { $0?.layer }
        }
    }
}

/// A pass over one chunk that looks at what every layer puts out.
private final class PixelCNNFinitenessPass: PixelCNNPass {
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

    func run(_ layer: WeightNormConvolution, alone: Step?, _ step: Step) {
        let output = step(chunk)
        if finding == nil, !output.isFinite {
            finding = Finding(number: layers, layer: layer.name)
        }
        layers += 1
    }
}
