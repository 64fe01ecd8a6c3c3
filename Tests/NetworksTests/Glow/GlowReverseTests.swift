// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import Testing

@Suite struct GlowReverseTests {
    static let configurations = GlowLikelihoodTests.configurations

    @Test("reverse undoes forward", arguments: configurations)
    func roundTrip(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let images = RandomGlow.images(35, configuration)
        let labels = GlowLikelihoodTests.labels(35, configuration)
        let encoding = try model.encode(images, labels: labels)
        let latents = (1...configuration.levels).map { encoding.latents(level: $0) }
        let back = try model.reverse(latents: latents, labels: labels)
        #expect(worst(back, images) <= 1e-4)
    }

    @Test("with all factors 1 the images come back bit for bit", arguments: configurations)
    func untouched(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let images = RandomGlow.images(3, configuration)
        let ones = [Float](repeating: 1, count: configuration.levels)
        #expect(try model.decode(model.encode(images), scaling: ones) == images)
    }

    @Test("scaled levels have scaled latents, the levels behind keep theirs", arguments: configurations)
    func scaledLatents(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let images = RandomGlow.images(4, configuration)
        let labels = GlowLikelihoodTests.labels(4, configuration)
        let encoding = try model.encode(images, labels: labels)
        for deepest in 1...configuration.levels {
            for alpha: Float in [0, 0.5] {
                var factors = [Float](repeating: 1, count: configuration.levels)
                factors[deepest - 1] = alpha
                let changed = try model.encode(model.decode(encoding, scaling: factors), labels: labels)
                for level in 1...configuration.levels {
                    let expected = encoding.latents(level: level).map { $0 * factors[level - 1] }
                    let difference = worst(changed.latents(level: level), expected)
                    #expect(difference <= 2e-4, "level \(level) of ×\(alpha) at \(deepest): \(difference)")
                }
            }
        }
    }

    @Test("zeroing the first level of an additive model gains exactly its latents' energy")
    func additiveIdentity() throws {
        for (index, configuration) in Self.configurations.enumerated() where configuration.coupling == .additive {
            let checkpoint = try RandomGlow.checkpoint(configuration, seed: UInt64(index))
            try Self.checkIdentity(Engines.glow(checkpoint), RandomGlow.images(8, configuration))
        }
    }

    @Test("zeroing the first level of the additive reference model gains exactly its latents' energy")
    func additiveReference() throws {
        let golden = try Golden("glow-additive-small")
        try Self.checkIdentity(golden.model(), golden.values("x"))
    }

    /// BPD(x*) = BPD(x) − ‖ε₁‖² / (2·D·ln 2): every other term depends on what zeroing leaves alone.
    private static func checkIdentity(_ model: Glow, _ images: [Float]) throws {
        let configuration = model.configuration
        let encoding = try model.encode(images)
        let factors = [0] + [Float](repeating: 1, count: configuration.levels - 1)
        let zeroed = try model.score(model.decode(encoding, scaling: factors))
        for image in 0..<encoding.count {
            let energy = 2 * encoding.scores.quadratic[0][image]
            let gain = energy / (2 * Double(configuration.dimensions) * log(2))
            let difference = Double(zeroed.bpd[image]) - (Double(encoding.scores.bpd[image]) - gain)
            #expect(abs(difference) <= 1e-5, "image \(image): \(difference)")
        }
    }

    @Test("raw latents are scaled about 0, standardised ones about the prior's mean", arguments: configurations)
    func rawLatents(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let images = RandomGlow.images(4, configuration)
        let labels = GlowLikelihoodTests.labels(4, configuration)
        let encoding = try model.encode(images, labels: labels)
        for level in 1...configuration.levels {
            func latents(_ raw: Float) throws -> [Float] {
                var factors = [LatentFactors](repeating: LatentFactors(), count: configuration.levels)
                factors[level - 1].raw = raw
                let images = model.decode(encoding, scaling: factors)
                return try model.encode(images, labels: labels).latents(level: level)
            }
            // z → a·z is ε → a·ε + (1 − a)·ε₀, where ε₀ = −μ/σ is what z = 0 makes.
            let zeroed = try latents(0)
            let halved = try latents(0.5)
            let expected = zip(encoding.latents(level: level), zeroed).map { 0.5 * $0 + 0.5 * $1 }
            #expect(worst(halved, expected) <= 1e-3, "level \(level)")
            // Only the last level may have a prior without a mean, for which both forms are one.
            let hasMean = level < configuration.levels || configuration.learnedTop || configuration.classes > 0
            #expect((worst(zeroed, zeroed.map { _ in 0 }) > 1e-3) == hasMean, "level \(level)")
        }
    }

    @Test("zeroing raw latents of the first level of an additive model changes their energy and nothing else")
    func rawAdditiveIdentity() throws {
        for (index, configuration) in Self.configurations.enumerated() where configuration.coupling == .additive {
            let model = try Engines.glow(RandomGlow.checkpoint(configuration, seed: UInt64(index)))
            let encoding = try model.encode(RandomGlow.images(8, configuration))
            var factors = [LatentFactors](repeating: LatentFactors(), count: configuration.levels)
            factors[0].raw = 0
            let zeroed = try model.encode(model.decode(encoding, scaling: factors))
            for image in 0..<encoding.count {
                let rise = zeroed.scores.quadratic[0][image] - encoding.scores.quadratic[0][image]
                let expected = Double(rise) / (Double(configuration.dimensions) * log(2))
                let difference = Double(zeroed.scores.bpd[image]) - Double(encoding.scores.bpd[image]) - expected
                #expect(abs(difference) <= 1e-5, "image \(image): \(difference)")
                #expect(abs(rise) > 1e-3)
            }
        }
    }

    @Test("samples depend on seed, index and temperature alone")
    func sampling() throws {
        let configuration = Self.configurations[0]
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let size = configuration.dimensions
        let three = try model.sample(labels: [0, 1, 2], seed: 7, firstIndex: 10)
        #expect(try model.sample(labels: [1], seed: 7, firstIndex: 11) == Array(three[size..<2 * size]))
        #expect(try model.sample(labels: [1], seed: 8, firstIndex: 11) != Array(three[size..<2 * size]))
        let cold = try model.sample(labels: [1, 1], temperature: 0, seed: 7)
        #expect(cold.prefix(size) == cold.suffix(size), "without noise there is one image a class")
        #expect(throws: GlowInputError.label(3, image: 0, classes: 3)) { try model.sample(labels: [3], seed: 7) }
    }

    @Test("the latents of samples are standard normal, times the temperature")
    func sampleLatents() throws {
        let configuration = Self.configurations[3]
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let labels = [Int](repeating: 0, count: 200)
        let encoding = try model.encode(model.sample(labels: labels, temperature: 0.7, seed: 3), labels: labels)
        let latents = (1...configuration.levels).flatMap { encoding.latents(level: $0) }.map(Double.init)
        let mean = latents.reduce(0, +) / Double(latents.count)
        let variance = latents.reduce(0) { $0 + $1 * $1 } / Double(latents.count)
        #expect(abs(mean) <= 0.7 * 5 / Double(latents.count).squareRoot())
        #expect(abs(variance / 0.49 - 1) <= 5 * (2 / Double(latents.count)).squareRoot())
    }
}
