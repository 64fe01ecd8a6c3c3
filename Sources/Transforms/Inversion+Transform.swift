// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Makes the negative.
extension Inversion: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage { image.mapped { 255 - $0 } }
}
