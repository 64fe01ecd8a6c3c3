// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Adds grey levels.
extension Brightness: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage { image.mapped { $0 + offset } }
}
