// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A layer with its parameters folded, and the gradient that it gathers.
struct FoldedRun {
    private let effectiveGradient: AlignedBuffer
    let workspace: TrainingWorkspace
    private let parameters: AlignedBuffer
    private let kept: Double

    init(_ layer: TrainableWeightNormConvolution, _ parameters: AlignedBuffer, _ count: Int) {
        self.init([layer], parameters, count, kept: 1)
    }

    init(_ layers: [TrainableWeightNormConvolution], _ parameters: AlignedBuffer, _ count: Int, kept: Double) {
        effectiveGradient = AlignedBuffer(count: count)
        let scratch = layers.map(\.scratchCount).max() ?? 0
        workspace = TrainingWorkspace(
            kernels: KernelSet(InstructionSet.available.last ?? .portable),
            scratchCount: scratch
        )
        self.parameters = parameters
        self.kept = kept
        let effective = AlignedBuffer(count: count)
        for layer in layers { layer.load(effective, at: parameters, kept: kept) }
    }

    /// A pass backward that overwrites the effective vector's gradient.
    var pass: BackwardPass { BackwardPass(effectiveGradient, workspace) }

    /// The gradients of the parameters of `layers`.
    func unfolded(_ layers: [TrainableWeightNormConvolution]) -> AlignedBuffer {
        let gradient = AlignedBuffer(count: parameters.count)
        for layer in layers { layer.unfold(gradient, effectiveGradient, at: parameters, kept: kept) }
        return gradient
    }
}
