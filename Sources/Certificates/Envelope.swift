// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A signed statement: a DSSE envelope, version 1.0.2 of the protocol.
///
/// What is signed is the payload's bytes as they are, so nobody has to agree on how JSON is written.
package struct Envelope: Hashable, Sendable {
    /// The payload's type, for in-toto Statements.
    package static let payloadType = "application/vnd.in-toto+json"

    /// One signature.
    package struct Signature: Hashable, Codable, Sendable {
        /// Which key it is of: the SHA-256 digest of its 32 public bytes, as a hint.
        package var keyid: String
        /// The 64 bytes of an Ed25519 signature in base64.
        package var sig: String
    }

    /// The statement's bytes.
    package let payload: [UInt8]
    package let signatures: [Signature]

    private struct Form: Codable {
        var payloadType: String
        var payload: String
        var signatures: [Signature]
    }

    /// Signs `payload`.
    package init(signing payload: [UInt8], with key: SigningKey) throws(CertificateError) {
        self.payload = payload
        let signature = try key.signature(of: Self.signedBytes(payload))
        signatures = [Signature(keyid: key.verificationKey.id, sig: Data(signature).base64EncodedString())]
    }

    /// Reads an envelope; nil for anything else.
    package init?(_ bytes: [UInt8]) {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)),
            form.payloadType == Self.payloadType, let payload = Data(base64Encoded: form.payload)
        else { return nil }
        self.payload = [UInt8](payload)
        signatures = form.signatures
    }

    /// Whether one of the signatures is that of `key`.
    package func isSigned(by key: VerificationKey) -> Bool {
        let signed = Self.signedBytes(payload)
        return signatures.contains { signature in
            // The key id is a hint that nobody has signed: every signature is tried.
            Data(base64Encoded: signature.sig).map { key.isValid([UInt8]($0), of: signed) } ?? false
        }
    }

    /// The file's bytes.
    package func bytes() throws -> [UInt8] {
        let form = Form(
            payloadType: Self.payloadType,
            payload: Data(payload).base64EncodedString(),
            signatures: signatures
        )
        return try CertificateJSON.bytes(form)
    }

    /// The pre-authentication encoding: `DSSEv1`, then the type and the payload, each behind its length.
    static func signedBytes(_ payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }
}
