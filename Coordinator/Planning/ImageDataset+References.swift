// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Vocabulary

extension ImageDataset.Files {
    /// Digests and sizes of both files as they lie there, gzipped or not.
    func references() throws -> DatasetSpec.Files {
        func reference(_ path: String) throws -> ArtifactReference {
            let bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
            return ArtifactReference(digest: Digest(of: bytes), bytes: bytes.count)
        }
        return try DatasetSpec.Files(images: reference(images), labels: reference(labels))
    }
}
