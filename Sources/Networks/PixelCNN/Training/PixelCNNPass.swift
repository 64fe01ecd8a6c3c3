// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// How the steps of a pass forward are carried out: on the chunk at hand, or on all of a batch before the next.
protocol PixelCNNPass {
    /// Computes with one layer's weights; returns what was computed.
    typealias Step = @Sendable (PixelCNNChunk) -> RowView

    /// Carries out a step without weights.
    func run(_ step: @Sendable (PixelCNNChunk) -> Void)

    /// Carries out `step`, which uses `layer`; `alone` computes the layer's output by itself where `step` adds it to
    /// others.
    func run(_ layer: WeightNormConvolution, alone: Step?, _ step: Step)
}

extension PixelCNNPass {
    func run(_ layer: WeightNormConvolution, _ step: Step) { run(layer, alone: nil, step) }
}

/// A training step's pass: one chunk, which the pass backward follows.
struct PixelCNNChunkPass: PixelCNNPass {
    let chunk: PixelCNNChunk

    func run(_ step: @Sendable (PixelCNNChunk) -> Void) { step(chunk) }

    func run(_ layer: WeightNormConvolution, alone: Step?, _ step: Step) { _ = step(chunk) }
}
