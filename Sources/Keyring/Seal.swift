// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto
import ZeroMQ

/// Marks what a coordinator hands out, so that a later life of it can tell what it handed to whom without keeping a list.
///
/// A mark is an HMAC-SHA256, cut to 16 bytes, under a key made of a secret of the run and, where there is one, of the
/// coordinator's own: who reads the store alone can make none.
public struct Seal: Sendable {
    /// Bytes of a mark.
    public static let markBytes = 16

    private let key: SymmetricKey

    /// The seal of the run with this secret, at a coordinator with this key.
    public init(secret: [UInt8], coordinator: CoordinatorKey?) {
        var hash = SHA256()
        hash.update(data: Array("bitsweep seal 1\n".utf8))
        hash.update(data: secret)
        if let coordinator { hash.update(data: Array(coordinator.keys.secretKey.text.utf8)) }
        key = SymmetricKey(data: hash.finalize())
    }

    /// The mark of these bytes.
    public func mark(of bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(Self.markBytes))
    }

    /// Whether this is the mark of these bytes; how long the answer takes tells nothing of the right one.
    public func confirms(_ mark: [UInt8], of bytes: [UInt8]) -> Bool {
        let right = self.mark(of: bytes)
        return mark.count == right.count && zip(mark, right).reduce(0) { $0 | $1.0 ^ $1.1 } == 0
    }
}
