// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

/// What scores a shard's images: a network in memory, or a scorer beside this process.
enum ShardModel {
    case network(LoadedModel)
    case external(ExternalModel, (any ExternalScorers)?)

    /// The most images of a batch, of which the engine would take `size`.
    func batchSize(_ size: Int) -> Int {
        guard case .external(let model, let scorers?) = self else { return size }
        return max(1, scorers.batchSize(for: model))
    }

    /// The columns of `images`, which are some of `inputs`; `bpd` first.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [ResultTable.Column] {
        switch self {
        case .network(let network): try network.columns(of: images, inputs, spec, &cache)
        case .external(let model, let scorers): try model.columns(of: images, inputs, spec, scorers)
        }
    }

    /// `images`, which are some of `inputs`, as they are scored, on the scale of pixels.
    func seen(
        _ images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [[Float]] {
        switch self {
        case .network(let network): try network.seen(images, inputs, spec, &cache)
        case .external: inputs.pixels(of: images)
        }
    }

    /// `images`, which are some of `inputs`, as they are scored, on the scale that the network or the scorer is given.
    func given(
        _ images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [[Float]] {
        switch self {
        case .network(let network): try network.given(images, inputs, spec, &cache)
        case .external(let model, _): inputs.pixels(of: images).map { $0.map(model.input.value) }
        }
    }
}

extension ModelFacts.Family {
    /// A model of it, with its article.
    var phrase: String { self == .external ? "an external model" : "a \(rawValue)" }
}
