// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Scales about the centre.
extension Zoom: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let step = Int((0x1p32 / ratio).rounded())
        return BilinearSampling(xx: step, xy: 0, yx: 0, yy: step, surroundings: fill).sampled(image)
    }
}
