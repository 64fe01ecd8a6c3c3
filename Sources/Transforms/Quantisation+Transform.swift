// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Leaves fewer grey levels.
extension Quantisation: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        switch rounding {
        case .down: image.mapped { $0 & ~(1 << (8 - bits) - 1) }
        case .nearest:
            // Neither quotient is ever half way between two whole numbers: 255 and 2^bits − 1 are odd.
            image.mapped { v in
                let last = 1 << bits - 1
                let level = (2 * v * last + 255) / 510
                return (2 * level * 255 + last) / (2 * last)
            }
        }
    }
}
