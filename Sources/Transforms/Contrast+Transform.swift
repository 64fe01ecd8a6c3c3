// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Multiplies distances from a grey level, in units of 2⁻¹⁷ of a level, so that each value is rounded once.
extension Contrast: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let pivot = doubledPivot(of: image)
        let multiplier = Int((factor * 65_536).rounded())
        return image.mapped { v in (65_536 * pivot + multiplier * (2 * v - pivot) + 65_536) >> 17 }
    }

    /// Twice the grey level that stays.
    private func doubledPivot(of image: ByteImage) -> Int {
        switch about {
        case .middle: 255
        case .mean: 2 * ((2 * image.pixels.reduce(0) { $0 + Int($1) } + image.shape.count) / (2 * image.shape.count))
        }
    }
}
