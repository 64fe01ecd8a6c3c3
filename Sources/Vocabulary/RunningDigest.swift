// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The digest of content that comes in pieces.
public struct RunningDigest: Sendable {
    private var hash = SHA256()

    /// The digest of nothing so far.
    public init() {}

    /// Takes in the next piece.
    public mutating func update(_ piece: [UInt8]) {
        piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The digest of everything so far.
    public var digest: Digest { Digest(hashed: hash.finalize()) }
}
