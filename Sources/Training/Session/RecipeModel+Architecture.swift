// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
public import Networks
public import SweepPlan
import Vocabulary

extension RecipeModel {
    /// The network as a checkpoint describes it.
    ///
    /// - Throws: ``TrainingError`` when there is no network of these sizes.
    public func architecture() throws(TrainingError) -> CheckpointMetadata.Architecture {
        let (architecture, problem): (CheckpointMetadata.Architecture, String?) =
            switch network {
            case .glow(let sizes): configured(sizes)
            case .pixelcnn(let sizes): configured(sizes)
            case .resnet(let classes): configured(classes)
            }
        if let problem { throw .recipe("an impossible \(family.rawValue): \(problem)") }
        return architecture
    }

    private func configured(_ sizes: GlowSizes) -> (CheckpointMetadata.Architecture, String?) {
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
        return (.glow(configuration), configuration.problem)
    }

    private func configured(_ sizes: PixelCNNSizes) -> (CheckpointMetadata.Architecture, String?) {
        let configuration = PixelCNNConfiguration(
            height: height,
            width: width,
            channels: channels,
            filters: sizes.filters,
            blocks: sizes.blocks,
            mixtures: sizes.mixtures
        )
        return (.pixelcnn(configuration), configuration.problem)
    }

    private func configured(_ classes: Int) -> (CheckpointMetadata.Architecture, String?) {
        let configuration = ResNetConfiguration(height: height, width: width, channels: channels, classes: classes)
        return (.resnet(configuration), configuration.problem)
    }
}
