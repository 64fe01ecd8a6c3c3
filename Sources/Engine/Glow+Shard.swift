// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import Transforms
import Vocabulary

extension Glow {
    /// The columns of `images`, some of `inputs`: the likelihood and its terms, of the decoded image where latents are
    /// scaled, averaged over as many draws as the model's estimate has.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [ResultTable.Column] {
        let estimate = spec.model.estimate
        let draws = ImageDraw.all(estimate.draws, of: images)
        let scores: GlowScores
        var clamped: [Int] = []
        do {
            if spec.transform == .identity {
                scores = try encoding(of: draws, inputs, spec, &cache).scores
            } else {
                let values =
                    inputs.latents.steps.isEmpty
                    ? inputs.values(of: draws) : try decoded(draws, inputs, spec, &cache)
                scores = try score(values.numbers, labels: inputs.labels(of: draws, spec))
                clamped = values.clamped
            }
        } catch {
            throw .unfit("\(error)")
        }
        let columns = estimate.draws == 1 ? scores.columns : GlowDraws(scores, draws: estimate.draws).columns
        return columns + ResultTable.Column.clamped(clamped, spec.transform, draws: estimate.draws)
    }

    /// `images`, some of `inputs`, decoded from their scaled latents, as they are scored.
    func decoded(
        _ images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> ShardInputs.Values {
        try decoded(ImageDraw.all(1, of: images), inputs, spec, &cache)
    }

    /// The forward passes of images as they are first encoded, as far as they are not in the cache.
    func encoding(
        of draws: [ImageDraw],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> GlowEncoding {
        let context = EncodingCache.Context(spec, encoded: inputs.latents.before)
        return try cache.encoding(of: draws, from: context) { missing throws(EngineError) in
            try encoding(inputs.values(of: missing).numbers, of: missing, inputs, spec)
        }
    }

    /// The forward passes of what `draws` have become.
    func encoding(
        _ numbers: [Float],
        of draws: [ImageDraw],
        _ inputs: ShardInputs,
        _ spec: ShardSpec
    ) throws(EngineError) -> GlowEncoding {
        do {
            return try encode(numbers, labels: inputs.labels(of: draws, spec))
        } catch {
            throw .unfit("\(error)")
        }
    }
}

extension ShardInputs {
    /// The classes that are given to the model; nil where it is to know none.
    fileprivate func labels(of draws: [ImageDraw], _ spec: ShardSpec) -> [Int]? {
        spec.model.conditioning == .label ? labels(of: draws.map(\.image)) : nil
    }
}
