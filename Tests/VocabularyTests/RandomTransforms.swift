// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Vocabulary

extension TransformSpec {
    /// Any transformation whose values are in range, with scales over all magnitudes.
    static func random(using random: inout SplitMix64) -> TransformSpec {
        func real(_ random: inout SplitMix64) -> Double {
            let bits = Double(bitPattern: random.next()).magnitude
            return bits <= 1e6 ? bits : Double(random.next() >> 11) * 0x1p-53
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            return .identity
        case 1:
            return .translate(
                Translation(
                    dx: Int.random(in: -4096...4096, using: &random),
                    dy: Int.random(in: -4096...4096, using: &random),
                    fill: Translation.Fill.allCases.pick(using: &random),
                    stage: TransformStage.allCases.pick(using: &random)
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
        case 3:
            return .dihedral(
                Dihedral(
                    Dihedral.Map.allCases.pick(using: &random),
                    stage: TransformStage.allCases.pick(using: &random)
                )
            )
        case 4:
            return .patchShuffle(
                PatchShuffle(
                    patches: Int.random(in: 2...256, using: &random),
                    draw: Int.random(in: 0...999_999_999, using: &random),
                    derangement: Bool.random(using: &random),
                    stage: TransformStage.allCases.pick(using: &random)
                )
            )
        default:
            let level = Int.random(in: 1...64, using: &random)
            return .zeroLatents(
                LatentZeroing(
                    levels: Bool.random(using: &random) ? .first(level) : .only(level),
                    alpha: Bool.random(using: &random) ? real(&random) : -real(&random),
                    clamp: Bool.random(using: &random),
                    requantise: Bool.random(using: &random),
                    latents: LatentZeroing.Latents.allCases.pick(using: &random)
                )
            )
        }
    }
}
