// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Vocabulary

extension Vocabulary.Digest {
    /// SHA-256 of all of `file`, read a piece at a time: files may be larger than memory.
    init(contentsOf file: FileHandle) throws {
        var hash = SHA256()
        try file.seek(toOffset: 0)
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        guard let digest = Self(bytes: Array(hash.finalize())) else {
            preconditionFailure("a SHA-256 digest has 32 bytes")
        }
        self = digest
    }
}
