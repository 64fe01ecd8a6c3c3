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
    /// The linear layer, a 1×1 convolution of images of one pixel.
    let head: PlainConvolution
    /// Numbers in the effective vector.
    let effectiveCount: Int

    init(_ configuration: ResNetConfiguration, _ layout: ParameterLayout) {
        var offset = 0
        let image = ImageExtent(
            height: configuration.height,
            width: configuration.width,
            channels: configuration.channels
        )
        let stem = TrainableResidualLayer(
            layout,
            ResNetLayout.stem,
            from: image,
            channels: configuration.stemExtent.channels,
            passesGradient: false,
            at: &offset
        )
        var layers = [stem]
        for (index, channels) in ResNetConfiguration.stageChannels.enumerated() {
            let input = layers[layers.count - 1].output
            layers += Self.block(layout, ResNetLayout.stage(index + 1), from: input, channels: channels, at: &offset)
        }
        let last = layers[layers.count - 1].output
        head = PlainConvolution(
            layout,
            scope: ResNetLayout.head,
            .pointwise(inputChannels: last.channels, outputChannels: configuration.classes),
            hasBias: true,
            on: ImageSize(height: 1, width: 1),
            at: &offset
        )
        self.configuration = configuration
        self.layers = layers
        average = GlobalAveragePool(pixels: last.pixels)
        effectiveCount = offset
    }

    private static func block(
        _ layout: ParameterLayout,
        _ name: String,
        from input: ImageExtent,
        channels: Int,
        at offset: inout Int
    ) -> [TrainableResidualLayer] {
        let stride = channels > input.channels ? 2 : 1
        let first = TrainableResidualLayer(
            layout,
            "\(name).first",
            from: input,
            channels: channels,
            stride: stride,
            at: &offset
        )
        let second = TrainableResidualLayer(
            layout,
            "\(name).second",
            from: first.output,
            channels: channels,
            shortcut: IdentityShortcut(input, stride: stride),
            at: &offset
        )
        return [first, second]
    }

    /// Floats of working memory that one call of a layer needs.
    var scratchCount: Int {
        layers.reduce(head.convolution.scratchCount) { max($0, $1.convolution.convolution.scratchCount) }
    }

    /// Packs the parameters' weights.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer, _ pool: WorkPool) {
        pool.forEach(layers.count + 1) { index, _ in
            let convolution = index < layers.count ? layers[index].convolution : head
            convolution.load(effective, parameters)
        }
    }
}
