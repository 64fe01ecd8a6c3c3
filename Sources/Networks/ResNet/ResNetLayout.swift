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
        let stemChannels = configuration.stemExtent.channels
        let stages = configuration.blocks.enumerated().flatMap { index, block in
            block.parameters.map { $0.scoped(stage(index + 1)) }
        }
        return NormalisedConvolution.parameters(inputs: configuration.channels, outputs: stemChannels)
            .map { $0.scoped(stem) }
            + stages
            + Linear.parameters(inputs: configuration.lastExtent.channels, outputs: configuration.classes)
            .map { $0.scoped(head) }
    }
}
