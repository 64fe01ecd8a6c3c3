// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Layers
import Synchronization

/// A classifier in training: the gradient of its mean cross-entropy, batch normalisation by the statistics of each
/// batch.
///
/// Images are those of ``ResNet``, (images, rows, columns, channels) on the scale (v/255 − 0.5)·2. An image's loss
/// depends on the whole batch. ``measure(_:)`` moves the running statistics, by which ``ResNet`` normalises, a tenth of
/// the way to those of the latest batch, with the unbiased variance, as PyTorch does.
///
/// It keeps about 0.9 MB per image of 32×32 pixels, for the largest batch that it has seen.
public final class ResNetTrainer: Trainer {
    /// Sizes of the model.
    public let configuration: ResNetConfiguration
    /// Where each parameter lies in the flat vector.
    public let layout: ParameterLayout
    private let network: TrainableResNet
    private let pool: WorkPool
    private let workspaces: [TrainingWorkspace]
    private let effective: AlignedBuffer
    private let effectiveGradient: AlignedBuffer
    /// Held during every call: weights, memory and workspaces belong to one call at a time.
    private let state = Mutex(State())

    private struct State {
        var memory: ResNetTrainingMemory?
        /// Of the latest batch, until they are measured.
        var statistics: [BatchStatistics] = []
    }

    /// Prepares the training of models of that configuration.
    ///
    /// - Parameters:
    ///   - configuration: The model.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when no such model can be.
    public init(_ configuration: ResNetConfiguration, kernels: KernelSet, pool: WorkPool) throws(CheckpointError) {
        if let problem = configuration.problem {
            throw CheckpointError(file: "training", "an impossible resnet: \(problem)")
        }
        let layout = ParameterLayout(ResNetLayout.parameters(configuration))
        let network = TrainableResNet(configuration, layout)
        self.configuration = configuration
        self.layout = layout
        self.network = network
        self.pool = pool
        workspaces = (0..<pool.threads).map { _ in
            TrainingWorkspace(kernels: kernels, scratchCount: network.scratchCount)
        }
        effective = AlignedBuffer(count: network.effectiveCount)
        effectiveGradient = AlignedBuffer(count: network.effectiveCount)
    }

    /// All but the running statistics.
    public var learned: [Range<Int>] {
        layout.specs.filter { !$0.name.contains(".running-") }.map { layout.range($0.name) }
    }

    /// A classifier's first values do not depend on data.
    public func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {}

    /// Overwrites `gradient` by that of the batch's mean cross-entropy; zero for the running statistics.
    public func gradient(
        _ gradient: AlignedBuffer,
        of batch: TrainingBatch,
        at parameters: AlignedBuffer
    ) -> BatchOutcome {
        precondition(gradient.count == layout.count, "a gradient of \(gradient.count) numbers")
        return state.withLock { state in
            let pass = pass(batch, parameters, &state)
            let statistics = pass.forward()
            pass.backward(gradient, effectiveGradient, statistics)
            state.statistics = statistics
            return outcome(pass)
        }
    }

    /// Takes over the statistics of the latest batch, once.
    public func measure(_ parameters: AlignedBuffer) {
        state.withLock { state in
            for (layer, statistics) in zip(network.layers, state.statistics) {
                layer.convolution.measure(parameters, statistics)
            }
            state.statistics = []
        }
    }

    /// The first layer whose weights or activations for `batch` are not finite; nil where all are.
    public func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? {
        state.withLock { state in
            let pass = pass(batch, parameters, &state)
            _ = pass.forward()
            for (index, layer) in network.layers.enumerated() {
                let numbers = pass.count * layer.output.count
                let activations = [pass.memory.convolved[index], pass.memory.written[index]]
                guard isFinite(layer.name, parameters), activations.allSatisfy({ isFinite($0, numbers) }) else {
                    return layer.name
                }
            }
            let logits = pass.count * configuration.classes
            guard isFinite(ResNetLayout.head, parameters), isFinite(pass.memory.logits, logits) else {
                return ResNetLayout.head
            }
            return nil
        }
    }

    /// Checks a batch and packs the weights for it.
    private func pass(_ batch: TrainingBatch, _ parameters: AlignedBuffer, _ state: inout State) -> ResNetTrainingPass {
        let count = batch.labels.count
        precondition(parameters.count == layout.count, "\(parameters.count) parameters")
        precondition(count > 0, "a batch without images")
        precondition(batch.images.count == count * configuration.dimensions, "\(count) labels for other images")
        precondition(batch.labels.allSatisfy { 0..<configuration.classes ~= $0 }, "a label that is no class")
        let kept = state.memory.flatMap { $0.capacity >= count ? $0 : nil }
        state.memory = nil
        let memory = kept ?? ResNetTrainingMemory(network, capacity: count)
        state.memory = memory
        network.load(effective, parameters, pool)
        return ResNetTrainingPass(
            network: network,
            memory: memory,
            parameters: parameters,
            images: AlignedBuffer(batch.images),
            labels: batch.labels,
            pool: pool,
            workspaces: workspaces
        )
    }

    private func outcome(_ pass: ResNetTrainingPass) -> BatchOutcome {
        let scores = ResNetScores(
            logits: pass.memory.logits.values(0..<pass.count * configuration.classes),
            labels: pass.labels,
            classes: configuration.classes,
            dimensions: configuration.dimensions
        )
        let correct = zip(scores.predicted, scores.labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
        return BatchOutcome(losses: scores.crossEntropy, correct: correct)
    }

    private func isFinite(_ scope: String, _ parameters: AlignedBuffer) -> Bool {
        layout.specs.allSatisfy { spec in
            !spec.name.hasPrefix("\(scope).") || parameters.values(layout.range(spec.name)).allSatisfy(\.isFinite)
        }
    }

    private func isFinite(_ buffer: AlignedBuffer, _ count: Int) -> Bool {
        buffer.values(0..<count).allSatisfy(\.isFinite)
    }
}
