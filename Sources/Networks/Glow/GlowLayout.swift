// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The names of a Glow's parameters, and in which order its layers hold them.
enum GlowLayout {
    static func step(level: Int, step: Int) -> String { "level.\(level).step.\(step)" }
    static func splitPrior(level: Int) -> String { "level.\(level).prior" }
    static let topPrior = "top"

    /// Every parameter of a model of that configuration.
    static func parameters(_ configuration: GlowConfiguration) -> [ParameterSpec] {
        var specs: [ParameterSpec] = []
        for level in 1...configuration.levels {
            let parameters = configuration.step(level: level).parameters
            for step in 1...configuration.steps {
                specs += parameters.map { $0.scoped(Self.step(level: level, step: step)) }
            }
            if level < configuration.levels {
                let channels = configuration.extent(level: level).channels
                specs += SplitPrior.parameters(channels: channels).map { $0.scoped(splitPrior(level: level)) }
            }
        }
        return specs + configuration.topPrior.parameters.map { $0.scoped(topPrior) }
    }
}
