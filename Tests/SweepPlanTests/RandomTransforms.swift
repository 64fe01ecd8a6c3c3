// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

/// A small seeded generator, so that a failing property names the seed that shows it again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension Collection {
    /// An element of a collection that is known to have one.
    func pick(using random: inout SplitMix64) -> Element {
        self[index(startIndex, offsetBy: Int.random(in: 0..<count, using: &random))]
    }
}

extension TransformSpec {
    /// Any transformation whose values are in range, with scales over all magnitudes.
    static func random(using random: inout SplitMix64) -> TransformSpec {
        func real(_ random: inout SplitMix64) -> Double {
            let bits = Double(bitPattern: random.next()).magnitude
            return bits <= 1e6 ? bits : Double(random.next() >> 11) * 0x1p-53
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return .identity
        case 1:
            return .translate(
                Translation(
                    dx: Int.random(in: -4096...4096, using: &random),
                    dy: Int.random(in: -4096...4096, using: &random),
                    fill: Translation.Fill.allCases.pick(using: &random),
                    stage: Translation.Stage.allCases.pick(using: &random)
                )
            )
        case 2:
            return .noise(
                Noise(
                    kind: Noise.Kind.allCases.pick(using: &random),
                    scale: real(&random),
                    mask: Noise.Mask.allCases.pick(using: &random),
                    clamp: Bool.random(using: &random),
                    requantise: Bool.random(using: &random)
                )
            )
        default:
            let level = Int.random(in: 1...64, using: &random)
            return .zeroLatents(
                LatentZeroing(
                    levels: Bool.random(using: &random) ? .first(level) : .only(level),
                    alpha: Bool.random(using: &random) ? real(&random) : -real(&random),
                    clamp: Bool.random(using: &random),
                    requantise: Bool.random(using: &random)
                )
            )
        }
    }
}
