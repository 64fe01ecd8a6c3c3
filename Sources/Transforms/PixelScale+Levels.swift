// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

extension PixelScale {
    /// The reciprocal of one grey level.
    var levels: Float {
        switch self {
        case .dequantised: 256
        case .symmetric: 255
        }
    }

    /// The x of the brightest 8-bit pixel.
    package var brightest: Float { 255 / levels }

    /// The x of an 8-bit pixel.
    func pixel(_ value: UInt8) -> Float { Float(value) / levels }

    /// `x` moved to the nearest grey level, unclamped; may be beyond the 8-bit range.
    func nearestLevel(_ x: Float) -> Float { (x * levels).rounded() }
}
