// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import ZeroMQ

extension CurvePublicKey {
    /// The first eight bytes of the SHA-256 of the key's text, in hexadecimal: short enough to compare by eye.
    public var fingerprint: String {
        let bytes = SHA256.hash(data: Array(text.utf8)).prefix(8)
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return stride(from: 0, to: 8, by: 2).map { digits[$0] + digits[$0 + 1] }.joined(separator: "-")
    }
}
