// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Rotates and reflects the data set's image or the one the model sees.
extension Dihedral: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let (height, width) = (image.shape.height, image.shape.width)
        return image.rearranged { y, x in
            switch map {
            case .rotate90: (x, width - 1 - y)
            case .rotate180: (height - 1 - y, width - 1 - x)
            case .rotate270: (height - 1 - x, y)
            case .mirror: (y, width - 1 - x)
            case .flip: (height - 1 - y, x)
            case .transpose: (x, y)
            case .antiTranspose: (height - 1 - x, width - 1 - y)
            }
        }
    }
}
