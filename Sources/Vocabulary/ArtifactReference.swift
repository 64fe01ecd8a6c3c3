// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The content of a file that the coordinator hands out, whatever the file is called.
public struct ArtifactReference: Hashable, Sendable {
    /// SHA-256 of the file.
    public var digest: Digest
    /// The file's size.
    public var bytes: Int

    /// A content of so many bytes with this digest.
    public init(digest: Digest, bytes: Int) {
        self.digest = digest
        self.bytes = bytes
    }
}
