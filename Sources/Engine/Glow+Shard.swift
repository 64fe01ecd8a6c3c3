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
                    if let zeroing = spec.transform.as(LatentZeroing.self) {
                        try decoded(draws, zeroing, inputs, spec, &cache)
                    } else {
                        inputs.values(of: draws)
                    }
                scores = try score(values.numbers, labels: labels(of: draws, inputs, spec))
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
        _ zeroing: LatentZeroing,
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> ShardInputs.Values {
        try decoded(ImageDraw.all(1, of: images), zeroing, inputs, spec, &cache)
    }

    /// The classes that are given to the model; nil where it is to know none.
    private func labels(of draws: [ImageDraw], _ inputs: ShardInputs, _ spec: ShardSpec) -> [Int]? {
        spec.model.conditioning == .label ? inputs.labels(of: draws.map(\.image)) : nil
    }

    /// Images decoded from their scaled latents.
    ///
    /// Of a density each draw is encoded, decoded and scored. An interval is that of the cell around one decoded image,
    /// the first draw's, and the draws are taken in the cell.
    private func decoded(
        _ draws: [ImageDraw],
        _ zeroing: LatentZeroing,
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> ShardInputs.Values {
        let factors: [Float]
        do {
            factors = try zeroing.multipliers(levels: configuration.levels)
        } catch {
            throw .unfit("\(error)")
        }
        let estimate = spec.model.estimate
        let encoded = estimate.kind == .interval ? draws.filter { $0.draw == 0 } : draws
        let decoded = decode(
            try encoding(of: encoded, inputs, spec, &cache),
            scaling: factors.map { factor in
                switch zeroing.latents {
                case .standardised: LatentFactors(standardised: factor)
                case .raw: LatentFactors(raw: factor)
                }
            }
        )
        let size = configuration.dimensions
        var values = ShardInputs.Values(numbers: [], clamped: [])
        values.numbers.reserveCapacity(draws.count * size)
        for (position, draw) in draws.enumerated() {
            let source = position / (draws.count / encoded.count)
            let image = Array(decoded[source * size..<(source + 1) * size])
            let random = inputs.draws(of: draw.image)
            let (numbers, clamped) = zeroing.rescored(image, draws: random, estimate: estimate, draw: draw.draw)
            values.numbers += numbers
            values.clamped.append(clamped)
        }
        return values
    }

    /// The forward passes of the untransformed images, as far as they are not in the cache.
    private func encoding(
        of draws: [ImageDraw],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> GlowEncoding {
        try cache.encoding(of: draws, from: EncodingCache.Context(spec)) { missing throws(EngineError) in
            do {
                return try encode(inputs.values(of: missing).numbers, labels: labels(of: missing, inputs, spec))
            } catch {
                throw .unfit("\(error)")
            }
        }
    }
}
