// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Testing

@Suite("Golden numbers of independent implementations")
struct GoldenTests {
    @Test("bits per dimension and latents agree", arguments: Reference.glows)
    func forward(name: String) throws {
        let golden = try Golden(name)
        let encoding = try golden.model().encode(golden.values("x"), labels: golden.labels)
        let difference = try worst(encoding.scores.bpd, golden.values("bpd"))
        #expect(difference <= 1e-4, "ΔBPD \(difference)")
        for level in 1...golden.configuration.levels {
            let expected = try golden.values("latent.\(level)")
            let difference = worst(encoding.latents(level: level), expected)
            #expect(difference <= 1e-3 * scale(expected), "level \(level): \(difference)")
        }
    }

    @Test("the inverse reconstructs the images", arguments: Reference.glows)
    func reconstruction(name: String) throws {
        let golden = try Golden(name)
        let model = try golden.model()
        let encoding = try model.encode(golden.values("x"), labels: golden.labels)
        let latents = (1...golden.configuration.levels).map { encoding.latents(level: $0) }
        let back = try model.reverse(latents: latents, labels: golden.labels)
        #expect(try worst(back, golden.values("x")) <= 1e-4)
        #expect(try worst(back, golden.values("reconstruction")) <= 1e-4)
    }

    @Test("zeroing the first levels gives the same images and scores", arguments: Reference.glows)
    func zeroing(name: String) throws {
        let golden = try Golden(name)
        let model = try golden.model()
        let encoding = try model.encode(golden.values("x"), labels: golden.labels)
        for zeroed in 1...4 {
            let factors = (1...golden.configuration.levels).map { $0 <= zeroed ? 0 : 1 as Float }
            let images = model.decode(encoding, scaling: factors)
            let expected = try golden.values("zero\(zeroed).x")
            let difference = worst(images, expected)
            #expect(difference <= 1e-3 * scale(expected), "zero \(zeroed): \(difference)")
            let bpd = try model.score(images, labels: golden.labels).bpd
            let bpdDifference = try worst(bpd, golden.values("zero\(zeroed).bpd"))
            #expect(bpdDifference <= 1e-4, "zero \(zeroed): ΔBPD \(bpdDifference)")
        }
    }

    @Test(
        "the trained model of the paper's size agrees in all of it",
        .enabled(if: Reference.hasTrained, "needs reference/glow-affine-mnist-trained below BITSWEEP_SHARED")
    )
    func trained() throws {
        try forward(name: Reference.trained)
        try reconstruction(name: Reference.trained)
        try zeroing(name: Reference.trained)
    }
}
