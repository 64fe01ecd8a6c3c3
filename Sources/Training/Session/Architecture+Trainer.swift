// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import SweepPlan
import Vocabulary

extension CheckpointMetadata.Architecture {
    /// What computes the gradients of such a network.
    func trainer(_ recipe: Recipe, kernels: KernelSet, pool: WorkPool) throws(TrainingError) -> any Trainer {
        do {
            switch self {
            case .glow(let configuration): return try GlowTrainer(configuration, kernels: kernels, pool: pool)
            case .pixelcnn(let configuration):
                let dropout = if case .pixelcnn(let sizes) = recipe.model.network { sizes.dropout } else { 0.0 }
                return PixelCNNTrainer(configuration, dropout: dropout, kernels: kernels, pool: pool)
            case .resnet(let configuration): return try ResNetTrainer(configuration, kernels: kernels, pool: pool)
            }
        } catch {
            throw .recipe("\(error)")
        }
    }
}
