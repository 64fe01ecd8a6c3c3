// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Vocabulary

@testable import Certificates

@Suite("Signatures")
struct SignatureTests {
    // RFC 8032, §7.1, test 2: the secret and public key in the structures of RFC 8410.
    private let secret = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7
        -----END PRIVATE KEY-----

        """
    private let published = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
        -----END PUBLIC KEY-----

        """

    @Test("the key of RFC 8032 has its public half, in the texts that OpenSSL writes")
    func publishedKey() throws {
        let key = try SigningKey(pem: secret)
        #expect(key.pem == secret)
        #expect(key.verificationKey.pem == published)
        // The signature of the byte 0x72 that the same test gives.
        let signature =
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        let bytes = stride(from: 0, to: 128, by: 2).compactMap { place in
            UInt8(signature.dropFirst(place).prefix(2), radix: 16)
        }
        #expect(try VerificationKey(pem: published).isValid(bytes, of: [0x72]))
        #expect(try !VerificationKey(pem: published).isValid(bytes, of: [0x73]))
    }

    @Test("what is signed is the encoding that DSSE's protocol gives as its example")
    func preAuthenticationEncoding() {
        let bytes = Envelope.signedBytes(Array("hello world".utf8))
        #expect(bytes == Array("DSSEv1 28 application/vnd.in-toto+json 11 hello world".utf8))
    }

    @Test("an envelope keeps its payload, and no other key or payload passes for it")
    func envelope() throws {
        let key = SigningKey()
        let payload = Array(#"{"a": "ä"}"#.utf8)
        let envelope = try Envelope(signing: payload, with: key)
        let read = try #require(Envelope(try envelope.bytes()))
        #expect(read == envelope)
        #expect(read.isSigned(by: key.verificationKey))
        #expect(!read.isSigned(by: SigningKey().verificationKey))
        let text = String(decoding: try envelope.bytes(), as: UTF8.self)
        let changed = text.replacing(
            Data(payload).base64EncodedString(),
            with: Data(#"{"a": "b"}"#.utf8).base64EncodedString()
        )
        let forged = try #require(Envelope(Array(changed.utf8)))
        #expect(!forged.isSigned(by: key.verificationKey))
    }

    @Test(
        "a key file of another kind is refused",
        arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "secret"]
    )
    func badKeys(_ text: String) {
        #expect(throws: CertificateError.self) { try SigningKey(pem: text) }
        #expect(throws: CertificateError.self) { try VerificationKey(pem: text) }
    }
}
