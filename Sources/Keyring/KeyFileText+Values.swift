// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ZeroMQ

extension KeyFileText.Field {
    func damaged(_ path: String, _ what: String) -> KeyringError {
        .damaged(path: path, line: line, what: what)
    }

    func publicKey(_ path: String) throws(KeyringError) -> CurvePublicKey {
        do {
            return try CurvePublicKey(text: value)
        } catch {
            throw damaged(path, "'\(name)' is no public key, which has 40 characters; restore it from a copy")
        }
    }

    func keyName(_ path: String) throws(KeyringError) -> KeyName {
        do {
            return try KeyName(value)
        } catch {
            throw damaged(path, "\(error)")
        }
    }

    func date(_ path: String) throws(KeyringError) -> Date {
        guard let date = KeyDate.date(value) else {
            throw damaged(path, "'\(name)' is no date like 2026-01-31T12:00:00Z")
        }
        return date
    }

    /// The pair of this secret key, whose public half must be what the line `publicKey` says.
    func pair(with publicKey: KeyFileText.Field, _ path: String) throws(KeyringError) -> CurveKeyPair {
        let expected = try publicKey.publicKey(path)
        // The text is not told: it may be a secret with one wrong character.
        guard let secret = try? CurveSecretKey(text: value), let pair = try? CurveKeyPair(secretKey: secret) else {
            throw damaged(path, "'\(name)' is no secret key, which has 40 characters; restore it from a copy")
        }
        guard pair.publicKey == expected else {
            throw damaged(path, "'\(name)' and '\(publicKey.name)' do not belong together; restore them from a copy")
        }
        return pair
    }
}

/// Dates of key files, such as `2026-01-31T12:00:00Z`.
enum KeyDate {
    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    static func date(_ text: String) -> Date? {
        guard text.utf8.count <= 32 else { return nil }
        return try? Date(text, strategy: .iso8601)
    }
}
