// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The names of a classifier's parameters, and in which order its layers hold them.
enum ResNetLayout {
    static let stem = "stem"
    static func stage(_ stage: Int) -> String { "stage.\(stage)" }
    static let head = "head"

    /// Every parameter of a model of that configuration.
    static func parameters(_ configuration: ResNetConfiguration) -> [ParameterSpec] {
        let stages = ResNetConfiguration.stageChannels
        var specs = NormalisedConvolution.parameters(inputs: configuration.channels, outputs: stages[0])
            .map { $0.scoped(stem) }
        var inputs = stages[0]
        for (index, outputs) in stages.enumerated() {
            specs += ResidualBlock.parameters(inputs: inputs, outputs: outputs).map { $0.scoped(stage(index + 1)) }
            inputs = outputs
        }
        let linear = [
            ParameterSpec("weight", [configuration.classes, inputs]), ParameterSpec("bias", [configuration.classes]),
        ]
        return specs + linear.map { $0.scoped(head) }
    }
}

/// A 3×3 convolution without a bias and the batch normalisation behind it, as one.
enum NormalisedConvolution {
    static func parameters(inputs: Int, outputs: Int) -> [ParameterSpec] {
        [ParameterSpec("weight", [outputs, inputs, 3, 3])]
            + BatchNorm.parameters(channels: outputs).map { $0.scoped("norm") }
    }

    /// The two folded into one convolution, for images of `extent`.
    static func folded(_ parameters: ParameterSet, extent: ImageExtent, stride: Int = 1) -> Convolution {
        let norm = BatchNorm(parameters.scope("norm"))
        return Convolution(
            weight: parameters["weight"],
            scale: norm.scale,
            offset: norm.offset,
            stride: stride,
            size: extent.size
        )
    }
}
