// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Turns about the centre.
extension Rotation: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let (sine, cosine) = sineAndCosine
        return BilinearSampling(xx: cosine, xy: -sine, yx: sine, yy: cosine, surroundings: fill).sampled(image)
    }

    /// Sine and cosine times 2³², each rounded.
    ///
    /// Series in the part of the angle beyond the nearest right angle, by multiplying and adding alone, which is the same
    /// bits on every machine; right angles are exact.
    package var sineAndCosine: (sine: Int, cosine: Int) {
        let quarters = (degrees / 90).rounded()
        let angle = (degrees - 90 * quarters) * (Double.pi / 180)
        let square = angle * angle
        var (sine, cosine) = (1.0, 1.0)
        for term in stride(from: 18.0, through: 2, by: -2) {
            sine = 1 - square / (term * (term + 1)) * sine
            cosine = 1 - square / (term * (term - 1)) * cosine
        }
        let (s, c) = (Self.fixed(angle * sine), Self.fixed(cosine))
        return switch Int(quarters) & 3 {
        case 0: (s, c)
        case 1: (c, -s)
        case 2: (-s, -c)
        default: (-c, s)
        }
    }

    private static func fixed(_ value: Double) -> Int { Int((value * 0x1p32).rounded()) }
}
