// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Transforms
import Vocabulary

extension Glow {
    /// The columns of `images`, some of `inputs`: the likelihood and its terms, of the decoded image where latents are
    /// scaled.
    func columns(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> [ResultTable.Column] {
        let labels = spec.model.conditioning == .label ? inputs.labels(of: images) : nil
        do {
            switch spec.transform {
            case .identity:
                return try encoding(of: images, inputs, spec, &cache).scores.columns
            case .translate, .noise:
                let values = inputs.values(of: images)
                return try score(values.numbers, labels: labels).columns
                    + ResultTable.Column.clamped(values.clamped, spec.transform)
            case .zeroLatents(let zeroing):
                let values = try decoded(images, zeroing, inputs, spec, &cache)
                return try score(values.numbers, labels: labels).columns
                    + ResultTable.Column.clamped(values.clamped, spec.transform)
            }
        } catch {
            throw .unfit("\(error)")
        }
    }

    /// `images`, some of `inputs`, decoded from their scaled latents, as they are scored.
    func decoded(
        _ images: [Int],
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
        let decoded = decode(try encoding(of: images, inputs, spec, &cache), scaling: factors)
        return rescored(decoded, zeroing, inputs.draws(of: images))
    }

    /// The forward pass of the untransformed images, as far as it is not in the cache.
    private func encoding(
        of images: [Int],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> GlowEncoding {
        try cache.encoding(of: images, from: EncodingCache.Context(spec)) { missing throws(EngineError) in
            let labels = spec.model.conditioning == .label ? inputs.labels(of: missing) : nil
            do {
                return try encode(inputs.values(of: missing).numbers, labels: labels)
            } catch {
                throw .unfit("\(error)")
            }
        }
    }

    /// The decoded images as they are scored.
    private func rescored(_ decoded: [Float], _ zeroing: LatentZeroing, _ draws: [ImageDraws]) -> ShardInputs.Values {
        let size = configuration.dimensions
        var values = ShardInputs.Values(numbers: [], clamped: [])
        values.numbers.reserveCapacity(decoded.count)
        for (position, draws) in draws.enumerated() {
            let image = Array(decoded[position * size..<(position + 1) * size])
            let (numbers, clamped) = zeroing.rescored(image, draws: draws)
            values.numbers += numbers
            values.clamped.append(clamped)
        }
        return values
    }
}
