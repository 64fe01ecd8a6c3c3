// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A Glow whose coupling networks have more hidden channels, and which does the same.
struct GlowGrowth {
    private let former: GlowConfiguration
    private let wide: GlowConfiguration
    private let seed: UInt64

    /// From a configuration to one that differs in its hidden channels alone.
    init(from former: GlowConfiguration, to wide: GlowConfiguration, seed: UInt64) {
        self.former = former
        self.wide = wide
        self.seed = seed
    }

    /// The wider network's parameters.
    func parameters(_ parameters: ParameterSet) -> ParameterSet {
        var tensors = parameters.tensors
        for level in 1...wide.levels {
            for step in 1...wide.steps {
                let scope = "\(GlowLayout.step(level: level, step: step)).coupling"
                let number = (level - 1) * wide.steps + step - 1
                for (name, tensor) in coupling(parameters.scope(scope), number) { tensors["\(scope).\(name)"] = tensor }
            }
        }
        return ParameterSet(tensors)
    }

    /// The parameters of the network of a coupling; each hidden layer has copies of its own.
    private func coupling(_ parameters: ParameterSet, _ number: Int) -> [String: Tensor] {
        func draws(_ part: Int) -> RandomStream {
            RandomStream(seed: seed, purpose: .growth, index: UInt64(5 * number + part))
        }
        let hidden = (0..<2).map { ChannelMap(from: former.hiddenChannels, to: wide.hiddenChannels, draws($0)) }
        let first = parameters.scope("first")["weight"].shape[1]
        let last = parameters.scope("last")["weight"].shape[0]
        let layers: [(name: String, inputs: ChannelMap, outputs: ChannelMap, vectors: [String])] = [
            ("first", .identity(first), hidden[0], ["actnorm.bias", "actnorm.logs"]),
            ("second", hidden[0], hidden[1], ["actnorm.bias", "actnorm.logs"]),
            ("last", hidden[1], .identity(last), ["bias", "logs"]),
        ]
        var tensors: [String: Tensor] = [:]
        for (part, layer) in layers.enumerated() {
            let widening = LayerWidening(inputs: layer.inputs, outputs: layer.outputs, draws(2 + part))
            for (name, tensor) in widening.scaled(parameters.scope(layer.name), vectors: layer.vectors) {
                tensors["\(layer.name).\(name)"] = tensor
            }
        }
        return tensors
    }
}

extension GlowConfiguration {
    /// Why a flow of these sizes cannot begin with the weights of one of the sizes `start`.
    func problems(startingFrom start: GlowConfiguration) -> [SizeProblem] {
        let problems: [SizeProblem?] = [
            .difference("channels", channels, start.channels), .difference("levels", levels, start.levels),
            .difference("steps", steps, start.steps),
            .shrinkage("hidden-channels", hiddenChannels, start.hiddenChannels),
            .difference("coupling", coupling, start.coupling), .difference("classes", classes, start.classes),
            .difference("learned-top", learnedTop, start.learnedTop),
        ]
        return problems.compactMap(\.self)
    }
}
