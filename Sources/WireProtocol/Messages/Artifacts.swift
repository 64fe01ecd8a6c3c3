// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A worker's wish for a part of a file that the coordinator has.
public struct ArtifactRequest: Hashable, Sendable {
    /// SHA-256 of the whole file.
    public var digest: Digest
    /// Position of the first byte wanted.
    public var offset: Int
    /// How many bytes are wanted at most; 1 … `WireLimits.artifactChunkBytes`.
    public var length: Int

    /// The wish for the `length` bytes from `offset` on, or for as many of them as there are.
    public init(digest: Digest, offset: Int, length: Int = WireLimits.artifactChunkBytes) {
        self.digest = digest
        self.offset = offset
        self.length = length
    }
}

/// A part of a file; the whole is to be verified against its digest before it is used.
public struct ArtifactChunk: Hashable, Sendable {
    /// SHA-256 of the whole file.
    public var digest: Digest
    /// Position in the file of the first of `bytes`.
    public var offset: Int
    /// Size of the whole file.
    public var totalBytes: Int
    /// The part, `WireLimits.artifactChunkBytes` at most; empty only at the file's end.
    public var bytes: [UInt8]

    /// The part `bytes` of a file of `totalBytes` bytes.
    public init(digest: Digest, offset: Int, totalBytes: Int, bytes: [UInt8]) {
        self.digest = digest
        self.offset = offset
        self.totalBytes = totalBytes
        self.bytes = bytes
    }
}

/// Why a part of a file is not handed out.
public struct ArtifactRefusal: Hashable, Sendable {
    /// SHA-256 of the file that was asked for.
    public var digest: Digest
    /// The objection in words.
    public var reason: String

    /// An objection and its words.
    public init(digest: Digest, reason: String) {
        self.digest = digest
        self.reason = reason
    }
}
