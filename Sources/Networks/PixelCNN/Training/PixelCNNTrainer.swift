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
/// configuration a thread needs about 37 MB for each of a chunk's images, and a batch 38 MB for each chunk.
public final class PixelCNNTrainer: Trainer {
    /// Sizes and options of the model.
    public let configuration: PixelCNNConfiguration
    /// Where each parameter lies in the flat vector; names and shapes are those of a checkpoint.
    public let layout: ParameterLayout
    /// All parameters.
    public let learned: [Range<Int>]

    /// Images of a chunk: more would make better use of weights once in the cache, fewer of threads.
    static let chunkSize = 4

    let probability256: Int
    let kernels: KernelSet
    let pool: WorkPool
    let mixture: LogisticMixture
    let u: TrainablePixelCNNStream
    let ul: TrainablePixelCNNStream
    let last: WeightNormConvolution
    /// All convolutions with their weights, in the order of a pass forward.
    let convolutions: [WeightNormConvolution]
    let workspaces: [TrainingWorkspace]
    /// The memory of passes, which belongs to one call at a time.
    let memory: Mutex<Memory>

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
        self.configuration = configuration
        self.kernels = kernels
        self.pool = pool
        probability256 = Int(dropout * 256)
        layout = ParameterLayout(PixelCNNLayout.parameters(configuration))
        learned = [0..<layout.count]
        mixture = LogisticMixture(components: configuration.mixtures)
        var (layers, end) = (0, 0)
        u = TrainablePixelCNNStream(layout, configuration, .u, layers: &layers, at: &end)
        ul = TrainablePixelCNNStream(layout, configuration, .ul, layers: &layers, at: &end)
        last = WeightNormConvolution(
            layout,
            PixelCNNLayout.last,
            inputs: configuration.filters,
            outputs: mixture.logitCount,
            kernel: ImageSize(height: 1, width: 1),
            shift: .down,
            size: configuration.size(0),
            at: &end
        )
        let convolutions = u.convolutions + ul.convolutions + [last]
        self.convolutions = convolutions
        let scratch = convolutions.map(\.scratchCount).max() ?? 0
        workspaces = (0..<pool.threads).map { _ in TrainingWorkspace(kernels: kernels, scratchCount: scratch) }
        let arenas = (0..<pool.threads).map { _ in PixelCNNArena(configuration, images: Self.chunkSize) }
        memory = Mutex(Memory(arenas: arenas, effective: AlignedBuffer(count: end)))
    }

    /// What is allocated once and used step after step.
    struct Memory {
        /// For each thread.
        let arenas: [PixelCNNArena]
        let effective: AlignedBuffer
        /// The sum of the chunks' gradients; nil until the first step tells how many there are.
        var effectiveGradient: AlignedBuffer?
        var chunks: ChunkGradients?

        /// Gradients of at least that many chunks, and their sum.
        mutating func gradients(of chunks: Int) -> (ChunkGradients, AlignedBuffer) {
            let gradients =
                if let present = self.chunks, present.capacity >= chunks { present } else {
                    ChunkGradients(chunks: chunks, count: effective.count)
                }
            let sum = effectiveGradient ?? AlignedBuffer(count: effective.count)
            (self.chunks, effectiveGradient) = (gradients, sum)
            return (gradients, sum)
        }
    }

    /// Measures nothing: a PixelCNN++ has no running statistics.
    public func measure(_ parameters: AlignedBuffer) {}

    /// The fraction of elements that dropout keeps.
    var kept: Double { Dropout.kept(probability256: probability256) }

    /// Folds the parameters of every layer.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer, kept: Double) {
        precondition(parameters.count == layout.count, "\(parameters.count) parameters instead of \(layout.count)")
        pool.forEach(convolutions.count) { index, _ in
            self.convolutions[index].load(effective, at: parameters, kept: kept)
        }
    }

    /// The images of a batch as rows of pixels.
    func pixels(_ batch: TrainingBatch) -> RowView {
        precondition(
            !batch.images.isEmpty && batch.images.count % configuration.dimensions == 0,
            "\(batch.images.count) numbers are no images of \(configuration.dimensions)"
        )
        return RowView(AlignedBuffer(batch.images), rows: batch.images.count, channels: 1)
    }

    /// A pass forward, up to the logits.
    func forward(_ pass: some PixelCNNPass) {
        u.forward(pass)
        ul.forward(pass)
        pass.run(last) { chunk in
            last.forward(chunk.maps.logits, lastActivation(chunk.maps), chunk.workspace)
            return chunk.maps.logits
        }
    }

    /// What the last layer reads: the first half of a concatenated ELU is the ELU.
    func lastActivation(_ maps: PixelCNNMaps) -> RowView {
        maps.ul[0].down[configuration.downBlocks(0)].channels(0..<configuration.filters)
    }
}
