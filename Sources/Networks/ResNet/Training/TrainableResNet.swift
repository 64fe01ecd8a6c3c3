// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of a classifier in training, and where their weights lie in the effective vector.
struct TrainableResNet: Sendable {
    let configuration: ResNetConfiguration
    /// The convolutions from the stem on, each reading what the one before it wrote.
    let layers: [TrainableResidualLayer]
    let average: GlobalAveragePool
    let head: TrainableLinear
    /// Numbers in the effective vector.
    let effectiveCount: Int

    init(_ configuration: ResNetConfiguration, _ layout: ParameterLayout) {
        var offset = 0
        let stem = TrainableNormalisedConvolution(
            layout,
            scope: ResNetLayout.stem,
            from: configuration.imageExtent,
            channels: configuration.stemExtent.channels,
            passesGradient: false,
            at: &offset
        )
        var layers = [TrainableResidualLayer(ResNetLayout.stem, stem)]
        for (index, block) in configuration.blocks.enumerated() {
            layers += TrainableResidualLayer.block(layout, scope: ResNetLayout.stage(index + 1), block, at: &offset)
        }
        let last = configuration.lastExtent
        head = TrainableLinear(
            layout,
            scope: ResNetLayout.head,
            inputs: last.channels,
            outputs: configuration.classes,
            at: &offset
        )
        self.configuration = configuration
        self.layers = layers
        average = GlobalAveragePool(pixels: last.pixels)
        effectiveCount = offset
    }

    /// Floats of working memory that one call of a layer needs.
    var scratchCount: Int {
        layers.reduce(head.scratchCount) { max($0, $1.convolution.scratchCount) }
    }

    /// Packs the parameters' weights.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer, _ pool: WorkPool) {
        pool.forEach(layers.count + 1) { index, _ in
            if index < layers.count {
                layers[index].convolution.load(effective, parameters)
            } else {
                head.load(effective, parameters)
            }
        }
    }
}
