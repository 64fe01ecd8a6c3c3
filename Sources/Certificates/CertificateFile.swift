// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Vocabulary

/// A certificate as a file: an in-toto Statement in JSON, by itself or in a signed DSSE envelope.
package struct CertificateFile: Sendable {
    /// What the certificate says, and of what.
    package let statement: Statement<Certificate>
    /// SHA-256 of the file's bytes.
    package let fileDigest: Digest
    /// The envelope; nil for a certificate without signatures.
    package let envelope: Envelope?

    /// Reads the bytes of a certificate.
    ///
    /// - Throws: ``CertificateError`` when they are none, or contradict themselves.
    package init(_ bytes: [UInt8]) throws(CertificateError) {
        fileDigest = Digest(of: bytes)
        let envelope = Envelope(bytes)
        self.envelope = envelope
        statement = try Self.statement(envelope?.payload ?? bytes)
        guard statement.predicate.isConsistent else {
            throw CertificateError("changed after it was made: its digest is not that of its evidence")
        }
        guard let root = statement.subject.first(where: { $0.kind == .cells })?.sha256,
            "\(root)" == statement.predicate.evidence.root
        else { throw CertificateError("changed after it was made: its subject is not the root of its evidence") }
        self.root = root
    }

    private static func statement(_ bytes: [UInt8]) throws(CertificateError) -> Statement<Certificate> {
        let statement: Statement<Certificate>
        do {
            statement = try JSONDecoder().decode(Statement<Certificate>.self, from: Data(bytes))
        } catch {
            throw CertificateError("not a certificate of BitSweep (\(words(of: error)))")
        }
        guard statement.type == Statement<Certificate>.kind, statement.predicateType == Certificate.predicateType else {
            throw CertificateError(
                "a statement of the type '\(statement.predicateType)', not a certificate of BitSweep"
            )
        }
        return statement
    }

    /// What it says.
    package var certificate: Certificate { statement.predicate }

    /// The root of the tree over all cells.
    package let root: Digest

    /// The files beside the certificate that it speaks of.
    package var files: [ResourceDescriptor] { statement.subject.filter { $0.kind == .file } }

    private static func words(of error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "it has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has another type"
        default: "it is no JSON of the kind"
        }
    }
}

/// Why a certificate, a signature or a key cannot be used: part of a line, to stand behind the file's name.
package struct CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// JSON of certificates: for people as well, and the same bytes for the same value.
package enum CertificateJSON {
    /// `value` with sorted keys, indented, and a line end.
    package static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
