// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Transforms
import Vocabulary

@Suite struct LatentZeroingTests {
    @Test("the scaled levels get α, the others 1")
    func multipliers() throws {
        #expect(try LatentZeroing(levels: .first(2)).multipliers(levels: 5) == [0, 0, 1, 1, 1])
        #expect(try LatentZeroing(levels: .only(2), alpha: 0.5).multipliers(levels: 3) == [1, 0.5, 1])
        #expect(try LatentZeroing(levels: .first(3)).multipliers(levels: 3) == [0, 0, 0])
    }

    @Test("a level the model lacks is refused with both numbers", arguments: [LatentZeroing.Levels.first(4), .only(4)])
    func missingLevel(levels: LatentZeroing.Levels) {
        let error = #expect(throws: LatentZeroingError.self) {
            try LatentZeroing(levels: levels).multipliers(levels: 3)
        }
        #expect(error?.description == "cannot scale the latents of level 4: the model has 3 levels; expected 1…3")
        #expect(throws: LatentZeroingError.self) { try LatentZeroing(levels: .first(0)).multipliers(levels: 0) }
    }

    @Test("a decoded image is scored as it is unless clamping or re-quantising is asked for")
    func asItIs() {
        let decoded: [Float] = [-0.7, 0.1, 0.9]
        let result = LatentZeroing(levels: .first(1)).rescored(decoded, draws: draws())
        #expect(result.values == decoded)
        #expect(result.clamped == 0)
    }

    @Test("clamping moves values to the ends of the input range and counts them")
    func clamping() {
        let decoded: [Float] = [-0.7, -0.5, 0.1, 0.5, 0.9]
        let result = LatentZeroing(levels: .first(1), clamp: true).rescored(decoded, draws: draws())
        #expect(result.values == [-0.5, -0.5, 0.1, Float(0.5).nextDown, Float(0.5).nextDown])
        #expect(result.clamped == 3)
    }

    @Test("an image decoded unchanged is, re-quantised, the input it came from")
    func unchanged() throws {
        let image = pattern(16, 16)
        let zeroing = LatentZeroing(levels: .first(1), requantise: true)
        let input = try pipeline(.zeroLatents(zeroing), image.shape).input(for: image, index: 2).values
        let result = zeroing.rescored(input, draws: draws(index: 2))
        #expect(result.values.bits == input.bits)
        #expect(result.clamped == 0)
    }

    @Test("re-quantising puts every value into its own bin, twice the same")
    func bins() {
        let zeroing = LatentZeroing(levels: .first(1), requantise: true)
        let decoded: [Float] = [-9, -0.5, -0.4999, 0, 0.0039, 0.00391, 0.4999, 9]
        let result = zeroing.rescored(decoded, draws: draws())
        #expect(result.values.map { (($0 + 0.5) * 256).rounded(.down) } == [0, 0, 0, 128, 128, 129, 255, 255])
        #expect(zeroing.rescored(result.values, draws: draws()).values.bits == result.values.bits)
        #expect(result.clamped == 2)
    }

    @Test("what is not finite stays and is not counted as clamped", arguments: [true, false])
    func nonFinite(requantise: Bool) {
        let zeroing = LatentZeroing(levels: .first(1), clamp: true, requantise: requantise)
        let result = zeroing.rescored([.nan, .infinity, -.infinity], draws: draws())
        #expect(result.values[0].isNaN)
        #expect(result.values[1] == .infinity)
        #expect(result.values[2] == -.infinity)
        #expect(result.clamped == 0)
    }
}
