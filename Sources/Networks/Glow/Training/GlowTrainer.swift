// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Layers
import Synchronization

/// A Glow in training, on bits per dimension: the function that ``Glow`` computes, and its gradient.
///
/// Images are single-precision numbers in [-0.5, 0.5), already dequantised. Labels condition the top prior; a model
/// without classes ignores them.
///
/// Actnorms, 1×1 convolutions and the networks' scales are folded into plain convolutions once per step, in double
/// precision. Each chunk of images runs forward and backward on one thread, and the chunks' gradients of the folded
/// weights are added in order; unfolding the sum gives the parameters' gradient.
///
/// Calls trap where `invertible.permutation` is none; making a ``Glow`` of the same parameters tells beforehand.
public final class GlowTrainer: Trainer {
    /// Sizes and options of the model.
    public let configuration: GlowConfiguration
    /// The parameters in the order of the checkpoint's names.
    public let layout: ParameterLayout
    let levels: [TrainableGlowLevel]
    let top: TrainableTopPrior
    let pool: WorkPool
    let arenas: [GlowTrainingArena]
    /// The folded weights of all layers; changed by one call at a time.
    let effective: AlignedBuffer
    private let effectiveGradient: AlignedBuffer
    /// Held during a call; the gradients grow with the largest batch seen.
    private let chunkGradients: Mutex<ChunkGradients>

    /// Images that one thread works on at once; with the order of the chunks it decides the gradient's last bits.
    static let chunkSize = 8

    /// Prepares the training of models of that configuration.
    ///
    /// - Parameters:
    ///   - configuration: The model.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when no such model can be.
    public init(_ configuration: GlowConfiguration, kernels: KernelSet, pool: WorkPool) throws(CheckpointError) {
        if let problem = configuration.problem {
            throw CheckpointError(file: "training", "an impossible glow: \(problem)")
        }
        let layout = ParameterLayout(GlowLayout.parameters(configuration))
        var end = 0
        let levels = (1...configuration.levels).map {
            TrainableGlowLevel(layout, configuration, level: $0, at: &end)
        }
        let top = TrainableTopPrior(
            layout,
            scope: GlowLayout.topPrior,
            channels: configuration.extent(level: configuration.levels).channels,
            classes: configuration.classes,
            learned: configuration.learnedTop,
            at: &end
        )
        self.configuration = configuration
        self.layout = layout
        self.levels = levels
        self.top = top
        self.pool = pool
        arenas = (0..<pool.threads).map { _ in
            GlowTrainingArena(
                kernels: kernels,
                levels,
                top,
                images: Self.chunkSize,
                dimensions: configuration.dimensions
            )
        }
        effective = AlignedBuffer(count: end)
        effectiveGradient = AlignedBuffer(count: end)
        chunkGradients = Mutex(ChunkGradients(chunks: 0, count: end))
    }

    /// All but permutations and signs.
    public var learned: [Range<Int>] {
        layout.specs.filter { !$0.name.hasSuffix(".permutation") && !$0.name.hasSuffix(".sign-s") }
            .map { layout.range($0.name) }
    }

    /// Overwrites `gradient` by that of the batch's mean bits per dimension; see ``Trainer/gradient(_:of:at:)``.
    public func gradient(
        _ gradient: AlignedBuffer,
        of batch: TrainingBatch,
        at parameters: AlignedBuffer
    ) -> BatchOutcome {
        check(gradient)
        check(parameters)
        let chunks = ChunkedBatch(batch, configuration, size: Self.chunkSize)
        return chunkGradients.withLock { gradients in
            if gradients.capacity < chunks.count {
                gradients = ChunkGradients(chunks: chunks.count, count: effective.count)
            }
            load(parameters)
            let scores = pass(chunks, parameters) { [gradients] index, range, arena in
                backward(chunks, range, gradients[index], &arena)
            }
            gradients.reduce(chunks.count, into: effectiveGradient, pool)
            unfold(gradient, parameters)
            return BatchOutcome(losses: scores.bitsPerDimension)
        }
    }

    /// Chooses every actnorm so that it puts out mean 0 and standard deviation 1 over the batch (Glow, §3.1).
    ///
    /// The layers are visited in the order of the forward pass, each given what those before it, initialised already,
    /// put out.
    public func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {
        check(parameters)
        let chunks = ChunkedBatch(batch, configuration, size: Self.chunkSize)
        chunkGradients.withLock { _ in initialise(parameters, chunks) }
    }

    /// Does nothing: a Glow has nothing that is measured.
    public func measure(_ parameters: AlignedBuffer) {}

    /// The first layer, such as `level.2.step.3.coupling.second`, whose weights or activations are not finite.
    public func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? {
        check(parameters)
        let chunks = ChunkedBatch(batch, configuration, size: Self.chunkSize)
        return chunkGradients.withLock { _ in firstNonFiniteLayer(chunks, parameters) }
    }

    private func check(_ vector: AlignedBuffer) {
        precondition(vector.count == layout.count, "a vector of \(vector.count); there are \(layout.count) parameters")
    }

    /// Overwrites the parameters' gradient, from the sum of the chunks' gradients.
    private func unfold(_ gradient: AlignedBuffer, _ parameters: AlignedBuffer) {
        let weight = 1 / configuration.natsPerBitPerDimension
        forEachLayer(
            step: { $0.unfold(gradient, effectiveGradient, parameters, logDeterminantWeight: weight) },
            split: { $0.unfold(gradient, effectiveGradient, parameters) },
            top: { $0.unfold(gradient, effectiveGradient, parameters) }
        )
    }
}
