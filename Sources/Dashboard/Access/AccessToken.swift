// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Vocabulary

/// The secret that opens a dashboard to others than this machine.
package struct AccessToken: Hashable, Sendable {
    /// The name of the cookie of somebody who has shown it.
    static let cookie = "bitsweep_session"

    private let bytes: [UInt8]

    /// 32 random bytes.
    package init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The token that `text` writes as 64 hexadecimal digits; nil for anything else.
    package init?(_ text: String) {
        guard let bytes = Hexadecimal.bytes(text.trimming(\.isWhitespace)), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The token as it is shown: 64 hexadecimal digits.
    package var text: String { Hexadecimal.text(bytes) }

    /// Whether `text` writes the token; how long that takes says nothing of it.
    func matches(_ text: String) -> Bool {
        guard let other = AccessToken(text) else { return false }
        return Self.areEqual(bytes, other.bytes)
    }

    /// What a browser shows from then on: made from the token, which cannot be found from it.
    var session: String {
        let purpose = Array("dashboard session".utf8)
        return Hexadecimal.text(Array(HMAC<SHA256>.authenticationCode(for: purpose, using: SymmetricKey(data: bytes))))
    }

    /// Whether somebody has shown the token, now or before.
    func admits(_ request: WebRequest) -> Bool {
        if let authorization = request.headers["authorization"], authorization.hasPrefix("Bearer ") {
            return matches(String(authorization.dropFirst("Bearer ".count)))
        }
        let shown = (request.headers["cookie"] ?? "").split(separator: ";").map { String($0).trimming(\.isWhitespace) }
        let expected = Array(session.utf8)
        let name = Self.cookie + "="
        return shown.contains { cookie in
            cookie.hasPrefix(name) && Self.areEqual(Array(cookie.dropFirst(name.count).utf8), expected)
        }
    }

    /// Compares every byte, whichever differ.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
