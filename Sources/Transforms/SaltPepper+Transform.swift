// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Replaces some values by white or black.
extension SaltPepper: Transform, AppliedTransform {
    /// Replaces value i where the i-th random number is below `amount`, by white where the one that many places further
    /// on is below `salt`.
    public func apply(to pixels: inout PixelTensor, draws: ImageDraws) {
        let count = pixels.values.count
        let numbers = draws.impulses(2 * count).map { Double($0) }
        for (index, clean) in pixels.values.enumerated() where numbers[index] < amount && mask.reaches(clean) {
            // A level, with its dequantisation where the pixels hold theirs.
            let own = (pixels.dequantisation?[index] ?? 0) / pixels.scale.levels
            pixels.values[index] = (numbers[count + index] < salt ? pixels.scale.brightest : 0) + own
        }
    }
}
