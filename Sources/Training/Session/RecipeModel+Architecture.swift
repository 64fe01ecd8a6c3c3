// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
public import Networks
public import SweepPlan
public import Vocabulary

extension RecipeModel {
    /// The network as a checkpoint describes it.
    ///
    /// - Throws: ``TrainingError`` when there is no network of these sizes.
    public func architecture() throws(TrainingError) -> CheckpointMetadata.Architecture {
        if let problem = problems.first { throw .recipe(problem.text) }
        return configured.architecture
    }

    /// Why there is no network of these sizes, each with the size's key; empty where there is one.
    public var problems: [RecipeFacts.Problem] {
        configured.problems.map { problem in
            RecipeFacts.Problem(key: problem.key, text: "an impossible \(family.rawValue): \(problem.text)")
        }
    }

    /// Why a network of these sizes cannot begin with the weights of `checkpoint`; empty where it can, or where there is
    /// no such network.
    func problems(startingFrom checkpoint: Checkpoint) -> [RecipeFacts.Problem] {
        let (own, start) = (configured, checkpoint.metadata.architecture)
        guard own.problems.isEmpty else { return [] }
        return own.architecture.problems(startingFrom: start).map { RecipeFacts.Problem(key: $0.key, text: $0.text) }
    }

    private var configured: (architecture: CheckpointMetadata.Architecture, problems: [SizeProblem]) {
        switch network {
        case .glow(let sizes): configured(sizes)
        case .pixelcnn(let sizes): configured(sizes)
        case .resnet(let classes): configured(classes)
        }
    }

    private func configured(_ sizes: GlowSizes) -> (CheckpointMetadata.Architecture, [SizeProblem]) {
        let configuration = GlowConfiguration(
            height: height,
            width: width,
            channels: channels,
            levels: sizes.levels,
            steps: sizes.steps,
            hiddenChannels: sizes.hiddenChannels,
            coupling: sizes.coupling == .affine ? .affine : .additive,
            classes: sizes.classes,
            learnedTop: sizes.learnedTop
        )
        return (.glow(configuration), configuration.problems)
    }

    private func configured(_ sizes: PixelCNNSizes) -> (CheckpointMetadata.Architecture, [SizeProblem]) {
        let configuration = PixelCNNConfiguration(
            height: height,
            width: width,
            channels: channels,
            filters: sizes.filters,
            blocks: sizes.blocks,
            mixtures: sizes.mixtures
        )
        return (.pixelcnn(configuration), configuration.problems)
    }

    private func configured(_ classes: Int) -> (CheckpointMetadata.Architecture, [SizeProblem]) {
        let configuration = ResNetConfiguration(height: height, width: width, channels: channels, classes: classes)
        return (.resnet(configuration), configuration.problems)
    }
}

extension RecipeFacts {
    /// Facts of networks as this room makes them, of checkpoints to start from as `start` finds them, and of data sets
    /// as `dataset` does.
    public init(
        needsFixedLength: Bool = false,
        start find: @escaping (_ path: String) throws -> Checkpoint,
        dataset: @escaping (DatasetSource, _ split: String) -> Result<DatasetFacts, any Error>
    ) {
        self.init(
            problems: { $0.problems },
            start: { path, model in
                Result {
                    let checkpoint = try find(path)
                    return Start(digest: checkpoint.digest, problems: model.problems(startingFrom: checkpoint))
                }
            },
            dataset: dataset,
            needsFixedLength: needsFixedLength
        )
    }
}
