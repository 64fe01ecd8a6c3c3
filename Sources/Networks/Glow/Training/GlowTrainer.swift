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
    private let network: TrainableGlow
    private let pool: WorkPool
    private let arenas: [GlowTrainingArena]
    /// The folded weights of all layers; changed by one call at a time.
    private let effective: AlignedBuffer
    private let effectiveGradient: AlignedBuffer
    /// Held during a call; the gradients grow with the largest batch seen.
    private let chunkGradients: Mutex<ChunkGradients>

    /// Images that one thread works on at once; with the order of the chunks it decides the gradient's last bits.
    private static let chunkSize = 8

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
        let network = TrainableGlow(configuration, layout)
        self.configuration = configuration
        self.layout = layout
        self.network = network
        self.pool = pool
        arenas = (0..<pool.threads).map { _ in
            network.makeArena(kernels: kernels, images: Self.chunkSize, dimensions: configuration.dimensions)
        }
        effective = AlignedBuffer(count: network.effectiveCount)
        effectiveGradient = AlignedBuffer(count: network.effectiveCount)
        chunkGradients = Mutex(ChunkGradients(chunks: 0, count: network.effectiveCount))
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
        let batch = GlowBatch(batch, configuration, size: Self.chunkSize)
        let nats = configuration.natsPerBitPerDimension
        let weight = Float(1 / (Double(batch.labels.count) * nats))
        return chunkGradients.withLock { gradients in
            if gradients.capacity < batch.count {
                gradients = ChunkGradients(chunks: batch.count, count: effective.count)
            }
            network.load(effective, parameters, pool)
            let scores = forward(batch, parameters) { [gradients, network] index, range, arena in
                let pass = FlowBackwardPass(gradients[index], weight: weight, arena.memory)
                network.backward(&arena, labels: batch.labels[range], pass)
            }
            gradients.reduce(batch.count, into: effectiveGradient, pool)
            network.unfold(gradient, effectiveGradient, parameters, logDeterminantWeight: 1 / nats, pool)
            return BatchOutcome(losses: scores.bitsPerDimension)
        }
    }

    /// Chooses every actnorm so that it puts out mean 0 and standard deviation 1 over the batch (Glow, §3.1).
    ///
    /// The layers are visited in the order of the forward pass, each given what those before it, initialised already,
    /// put out.
    public func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {
        check(parameters)
        let batch = GlowBatch(batch, configuration, size: Self.chunkSize)
        chunkGradients.withLock { _ in
            let pass = FlowInitialisation(
                parameters: parameters,
                effective: effective,
                images: batch.labels.count,
                chunkSize: Self.chunkSize,
                pool: pool,
                workspaces: arenas.map(\.memory.workspace)
            )
            network.initialise(batch.images, count: batch.labels.count, pass)
        }
    }

    /// Does nothing: a Glow has nothing that is measured.
    public func measure(_ parameters: AlignedBuffer) {}

    /// The first layer, such as `level.2.step.3.coupling.second`, whose weights or activations are not finite.
    public func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? {
        check(parameters)
        let batch = GlowBatch(batch, configuration, size: Self.chunkSize)
        return chunkGradients.withLock { _ in
            network.load(effective, parameters, pool)
            let first = Mutex<(place: Int, name: String)?>(nil)
            _ = forward(batch, parameters) { [network, effective] _, range, arena in
                guard let found = network.firstNonFinite(effective, arena, images: range.count) else { return }
                first.withLock { first in
                    if found.place < first?.place ?? .max { first = found }
                }
            }
            return first.withLock { $0?.name }
        }
    }

    private func check(_ vector: AlignedBuffer) {
        precondition(vector.count == layout.count, "a vector of \(vector.count); there are \(layout.count) parameters")
    }

    /// Runs every chunk forward on some thread, then hands the thread's arena to `body`.
    private func forward(
        _ batch: GlowBatch,
        _ parameters: AlignedBuffer,
        _ body: @Sendable (_ index: Int, _ range: Range<Int>, _ arena: inout GlowTrainingArena) -> Void
    ) -> GlowScores {
        let constants = network.constantLogDeterminants(parameters)
        let scores = Mutex(GlowScores(configuration: configuration, images: batch.labels.count))
        pool.forEach(batch.count) { index, thread in
            var arena = arenas[thread]
            let range = batch.range(index)
            let (images, labels) = (batch.pixels(range), batch.labels[range])
            let terms = network.forward(images, labels: labels, effective: effective, arena)
            scores.withLock { $0.record(terms, range, constants) }
            body(index, range, &arena)
        }
        return scores.withLock { $0 }
    }
}
