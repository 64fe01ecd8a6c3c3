// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

import enum Crypto.Curve25519

/// The secret half of an Ed25519 key, in a PEM file (PKCS #8) as OpenSSL reads and writes it.
package struct SigningKey: Sendable {
    private static let label = "PRIVATE KEY"
    /// What stands before the 32 secret bytes (RFC 8410, §7).
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private let key: Curve25519.Signing.PrivateKey

    /// A new key.
    package init() {
        key = Curve25519.Signing.PrivateKey()
    }

    /// Reads the text of a key file.
    package init(pem: String) throws(CertificateError) {
        guard let bytes = PEM.content(of: pem, Self.label, after: Self.prefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        else { throw CertificateError("no Ed25519 signing key; make one with: coordinator certify --new-key FILE") }
        self.key = key
    }

    /// The text of a key file.
    package var pem: String { PEM.text(Self.label, Self.prefix + key.rawRepresentation) }

    /// The public half.
    package var verificationKey: VerificationKey { VerificationKey(key.publicKey) }

    /// The signature of `bytes`.
    func signature(of bytes: [UInt8]) throws(CertificateError) -> [UInt8] {
        do {
            return [UInt8](try key.signature(for: bytes))
        } catch {
            throw CertificateError("the key signs nothing (\(error))")
        }
    }
}

/// The public half of an Ed25519 key, in a PEM file (SubjectPublicKeyInfo).
package struct VerificationKey: Sendable {
    private static let label = "PUBLIC KEY"
    /// What stands before the 32 public bytes (RFC 8410, §4).
    private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    private let key: Curve25519.Signing.PublicKey

    fileprivate init(_ key: Curve25519.Signing.PublicKey) {
        self.key = key
    }

    /// Reads the text of a key file.
    package init(pem: String) throws(CertificateError) {
        guard let bytes = PEM.content(of: pem, Self.label, after: Self.prefix),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw CertificateError("no public Ed25519 key; give the .pub file that --new-key wrote") }
        self.key = key
    }

    /// The text of a key file.
    package var pem: String { PEM.text(Self.label, Self.prefix + key.rawRepresentation) }

    /// SHA-256 of the public bytes, 64 hexadecimal digits.
    package var id: String { "\(Digest(of: key.rawRepresentation))" }

    /// Whether `signature` is this key's of `bytes`.
    func isValid(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: bytes)
    }
}

/// Text around DER (RFC 7468), for structures that are the same for every key but for its own bytes at the end.
private enum PEM {
    static func text(_ label: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
    }

    static func content(of text: String, _ label: String, after prefix: [UInt8]) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard let first = lines.firstIndex(of: "-----BEGIN \(label)-----"),
            let last = lines.firstIndex(of: "-----END \(label)-----"), first < last,
            let bytes = Data(base64Encoded: lines[(first + 1)..<last].joined()), bytes.starts(with: prefix)
        else { return nil }
        return [UInt8](bytes.dropFirst(prefix.count))
    }
}
