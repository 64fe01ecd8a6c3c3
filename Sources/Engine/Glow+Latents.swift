// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Layers
import Networks
import Transforms
import Vocabulary

extension Glow {
    /// Images decoded from their scaled latents, once for each scaling of a chain, as they are scored.
    ///
    /// Of a density each draw is encoded, decoded and scored. An interval is that of the cell around one decoded image,
    /// the first draw's, and the draws are taken in the cell.
    func decoded(
        _ draws: [ImageDraw],
        _ inputs: ShardInputs,
        _ spec: ShardSpec,
        _ cache: inout EncodingCache
    ) throws(EngineError) -> ShardInputs.Values {
        let estimate = spec.model.estimate
        let encoded = estimate.kind == .interval ? draws.filter { $0.draw == 0 } : draws
        var encoding = try encoding(of: encoded, inputs, spec, &cache)
        // Passes that were cached no longer know.
        var clamped =
            inputs.latents.before.mayClamp
            ? inputs.values(of: encoded).clamped : [Int](repeating: 0, count: encoded.count)
        for (place, step) in inputs.latents.steps.enumerated() {
            let images = try decode(encoding, step.zeroing).map { image in
                DecodedImage(image, step, shape: shape, estimate: estimate)
            }
            if place == inputs.latents.steps.count - 1 {
                return Self.scored(images, of: encoded, as: draws, clampedBefore: clamped, inputs)
            }
            var numbers: [Float] = []
            for (position, draw) in encoded.enumerated() {
                let made = images[position].encoded(inputs.draws(of: draw.image), draw: draw.draw)
                numbers += made.values
                clamped[position] += made.clamped
            }
            encoding = try self.encoding(numbers, of: encoded, inputs, spec)
        }
        preconditionFailure("a transformation without latents has nothing to decode")
    }

    private var shape: ImageShape {
        ImageShape(height: configuration.height, width: configuration.width, channels: configuration.channels)
    }

    /// The images of an encoding, decoded from their latents times what a zeroing says.
    private func decode(_ encoding: GlowEncoding, _ zeroing: LatentZeroing) throws(EngineError) -> [[Float]] {
        let factors: [Float]
        do {
            factors = try zeroing.multipliers(levels: configuration.levels)
        } catch {
            throw .unfit("\(error)")
        }
        let decoded = decode(
            encoding,
            scaling: factors.map { factor in
                switch zeroing.latents {
                case .standardised: LatentFactors(standardised: factor)
                case .raw: LatentFactors(raw: factor)
                }
            }
        )
        let size = configuration.dimensions
        return stride(from: 0, to: decoded.count, by: size).map { Array(decoded[$0..<$0 + size]) }
    }

    /// What is scored of images, those of `encoded`: a value for each of `draws`, several of which may be of one image.
    private static func scored(
        _ images: [DecodedImage],
        of encoded: [ImageDraw],
        as draws: [ImageDraw],
        clampedBefore: [Int],
        _ inputs: ShardInputs
    ) -> ShardInputs.Values {
        var values = ShardInputs.Values(numbers: [], clamped: [])
        values.numbers.reserveCapacity(draws.count * (images.first?.count ?? 0))
        for (position, draw) in draws.enumerated() {
            let source = position / (draws.count / encoded.count)
            let (numbers, clamped) = images[source].scored(inputs.draws(of: draw.image), draw: draw.draw)
            values.numbers += numbers
            values.clamped.append(clampedBefore[source] + clamped)
        }
        return values
    }
}

/// An image that was decoded from scaled latents, with what is done to it next.
private struct DecodedImage {
    private let decoded: [Float]
    private let step: LatentSteps.Step
    private let shape: ImageShape
    private let estimate: LikelihoodEstimate

    init(_ decoded: [Float], _ step: LatentSteps.Step, shape: ImageShape, estimate: LikelihoodEstimate) {
        (self.decoded, self.step, self.shape, self.estimate) = (decoded, step, shape, estimate)
    }

    /// Number of pixels.
    var count: Int { decoded.count }

    /// What the next scaling encodes.
    func encoded(_ draws: ImageDraws, draw: Int) -> (values: [Float], clamped: Int) {
        guard step.after != nil else {
            var density = estimate
            density.kind = .density
            return step.zeroing.rescored(decoded, draws: draws, estimate: density, draw: draw)
        }
        let pixels = pixels(draws, draw: draw)
        return (pixels.modelValues(draws, estimate, draw: draw), pixels.clamped)
    }

    /// What is scored at the end, by a draw: of an interval one in the cell around the image of the first.
    func scored(_ draws: ImageDraws, draw: Int) -> (values: [Float], clamped: Int) {
        guard step.after != nil else {
            return step.zeroing.rescored(decoded, draws: draws, estimate: estimate, draw: draw)
        }
        var pixels = pixels(draws, draw: estimate.kind == .interval ? 0 : draw)
        if estimate.kind == .interval { pixels.moveToLevels() }
        return (pixels.modelValues(draws, estimate, draw: draw), pixels.clamped)
    }

    /// The pixels after what follows.
    private func pixels(_ draws: ImageDraws, draw: Int) -> PixelTensor {
        let own = draws.dequantisation(decoded.count, estimate, draw: draw)
        var pixels = step.zeroing.pixels(decoded, shape: shape, dequantisation: own)
        step.after?.apply(to: &pixels, draws: draws)
        return pixels
    }
}
