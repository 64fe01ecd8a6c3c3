// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Networks
import Testing

@Suite struct GlowDrawsTests {
    private func scene(_ images: Int) throws -> (Glow, [Float]) {
        let checkpoint = try RandomGlow.checkpoint(CheckpointTests.small)
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        let model = try Glow(checkpoint, kernels: kernels, pool: WorkPool(threads: 1))
        return (model, RandomGlow.images(images, CheckpointTests.small))
    }

    @Test("equal draws are one draw: they cost nothing and leave no doubt")
    func equal() throws {
        let (model, images) = try scene(1)
        let single = try model.score(images)
        let draws = GlowDraws(try model.score(images + images + images), draws: 3)
        #expect(abs(draws.scores.nll[0] - single.nll[0]) <= 1e-9 * abs(single.nll[0]))
        #expect(abs(draws.drawMixture[0]) <= 1e-12 && draws.standardError[0] <= 1e-7)
        #expect(abs(draws.singleNLL[0] - single.nll[0]) <= 1e-9 * abs(single.nll[0]))
        #expect(draws.scores.logDeterminant[0][0] == single.logDeterminant[0][0])
    }

    @Test("NaN in one draw is NaN in its image's likelihood, and in no other's")
    func notANumber() throws {
        let (model, clean) = try scene(4)
        var images = clean
        images[1] = .nan
        let draws = GlowDraws(try model.score(images), draws: 2)
        #expect(draws.scores.nll[0].isNaN && draws.standardError[0].isNaN && draws.singleNLL[0].isNaN)
        #expect(draws.scores.nll[1].isFinite && draws.standardError[1].isFinite)
    }
}
