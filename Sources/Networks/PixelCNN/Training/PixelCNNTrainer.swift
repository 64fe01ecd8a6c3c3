// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Layers
import Synchronization

/// A PixelCNN++ in training: its loss in bits per dimension, as ``PixelCNN`` scores it, plus dropout.
///
/// Dropout acts on the hidden activations of every residual block, element by element (PixelCNN++, section 2.5). What
/// is dropped depends on the batch's seed and step and the image's place in the batch, not on threads.
///
/// A batch is cut into chunks of ``chunkSize`` images, each of which one thread takes forward and back; in the paper's
/// configuration a thread needs about 24 MB for each of a chunk's images.
public final class PixelCNNTrainer: Trainer {
    /// Sizes and options of the model.
    public let configuration: PixelCNNConfiguration
    /// Where each parameter lies in the flat vector; names and shapes are those of a checkpoint.
    public let layout: ParameterLayout
    /// All parameters.
    public let learned: [Range<Int>]

    /// Images of a chunk: more would make better use of weights once in the cache, fewer of threads.
    static let chunkSize = 4

    private let probability256: Int
    private let pool: WorkPool
    private let network: TrainablePixelCNN
    private let workspaces: [TrainingWorkspace]
    /// The memory of passes, which belongs to one call at a time.
    private let memory: Mutex<Memory>

    /// What is allocated once and used step after step.
    private struct Memory {
        /// For each thread.
        let arenas: [PixelCNNArena]
        /// The effective weights while layers take them over, then their gradient.
        let effective: AlignedBuffer
    }

    /// Prepares training of a model of `configuration`, which must have no ``PixelCNNConfiguration/problem``.
    ///
    /// - Parameters:
    ///   - configuration: Sizes and options of the model.
    ///   - dropout: Probability that an element is dropped, a multiple of 1/256 less than 1.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    public init(_ configuration: PixelCNNConfiguration, dropout: Double = 0.5, kernels: KernelSet, pool: WorkPool) {
        precondition(configuration.problem == nil, configuration.problem ?? "")
        precondition(
            0..<1 ~= dropout && dropout * 256 == (dropout * 256).rounded(),
            "a dropout of \(dropout) is no multiple of 1/256 less than 1"
        )
        let layout = ParameterLayout(PixelCNNLayout.parameters(configuration))
        let network = TrainablePixelCNN(configuration, layout)
        self.configuration = configuration
        self.layout = layout
        self.network = network
        self.pool = pool
        probability256 = Int(dropout * 256)
        learned = [0..<layout.count]
        workspaces = (0..<pool.threads).map { _ in
            TrainingWorkspace(
                kernels: kernels,
                scratchCount: network.scratchCount,
                shareCount: network.largestPart
            )
        }
        let arenas = (0..<pool.threads).map { _ in PixelCNNArena(configuration, images: Self.chunkSize) }
        memory = Mutex(Memory(arenas: arenas, effective: AlignedBuffer(count: network.effectiveCount)))
    }

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
        check(gradient)
        check(parameters)
        return memory.withLock { memory in
            let batch = PixelCNNBatch(batch, configuration, probability256: probability256)
            let (arenas, kept) = (memory.arenas, kept)
            network.load(memory.effective, parameters, kept: kept, pool)
            let sum = OrderedGradient(memory.effective, chunks: batch.chunks)
            let losses = Mutex([Double](repeating: 0, count: batch.count))
            pool.forEach(batch.chunks) { index, thread in
                let (range, workspace) = (batch.range(index), workspaces[thread])
                let chunk = batch.chunk(range, arenas[thread].maps(images: range.count), workspace)
                network.forward(PixelCNNChunkPass(chunk: chunk))
                var slots = arenas[thread].gradients(images: range.count)
                let pass = BackwardPass(sum, chunk: index, workspace)
                let terms = network.backward(chunk, &slots, weight: 1 / Double(batch.count), pass)
                losses.withLock { $0.replaceSubrange(range, with: terms) }
            }
            network.unfold(gradient, sum.sum, at: parameters, kept: kept, pool)
            return BatchOutcome(losses: losses.withLock { $0 })
        }
    }

    /// Data-dependent initialisation of lengths and biases, layer after layer, without dropout.
    ///
    /// Every layer's outputs over the batch come to mean 0 and deviation 1, or 0.1 before a gate, given that the layers
    /// before it are done (Salimans and Kingma, 2016, section 3; the published code's `init_scale`). An upsampling
    /// whose lengths belong to its inputs comes to that deviation on the whole. In the paper's configuration it takes
    /// 8 MB for each of the batch's images.
    public func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {
        check(parameters)
        memory.withLock { memory in
            let batch = PixelCNNBatch(batch, configuration, probability256: 0)
            let done = network.normaliseFirst(parameters, batch.images)
            network.load(memory.effective, parameters, kept: 1, pool)
            let chunks = (0..<batch.chunks).map { index in
                let range = batch.range(index)
                var buffers: [AlignedBuffer] = []
                let maps = PixelCNNTrainingMaps(configuration, images: range.count, for: .forward, buffers: &buffers)
                return batch.chunk(range, maps, workspaces[0])
            }
            network.forward(
                PixelCNNInitialisationPass(
                    chunks: chunks,
                    workspaces: workspaces,
                    pool: pool,
                    parameters: parameters,
                    effective: memory.effective,
                    done: done
                )
            )
        }
    }

    /// Measures nothing: a PixelCNN++ has no running statistics.
    public func measure(_ parameters: AlignedBuffer) {}

    /// The first layer, in the order of a pass forward, one of whose outputs for the batch is not finite.
    ///
    /// It is named by the scope of its parameters, such as `up.1.ul.2.output`.
    public func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? {
        check(parameters)
        return memory.withLock { memory in
            let batch = PixelCNNBatch(batch, configuration, probability256: probability256)
            network.load(memory.effective, parameters, kept: kept, pool)
            let arenas = memory.arenas
            let first = Mutex<PixelCNNFinitenessPass.Finding?>(nil)
            pool.forEach(batch.chunks) { index, thread in
                let range = batch.range(index)
                let maps = arenas[thread].maps(images: range.count)
                let pass = PixelCNNFinitenessPass(batch.chunk(range, maps, workspaces[thread]))
                network.forward(pass)
                guard let finding = pass.finding else { return }
                first.withLock { if finding.number < $0?.number ?? .max { $0 = finding } }
            }
            return first.withLock { $0?.layer }
        }
    }

    /// The fraction of elements that dropout keeps.
    private var kept: Double { Dropout.kept(probability256: probability256) }

    private func check(_ vector: AlignedBuffer) {
        precondition(vector.count == layout.count, "a vector of \(vector.count); there are \(layout.count) parameters")
    }
}
