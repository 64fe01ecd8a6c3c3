// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

/// An in-toto Statement, version 1: what is said (`predicate`) of which contents (`subject`).
///
/// Source: in-toto Attestation Framework, `spec/v1/statement.md`. Keys that are not known are left alone.
package struct Statement<Predicate: Codable & Sendable>: Codable, Sendable {
    /// What every statement's `_type` is.
    package static var kind: String { "https://in-toto.io/Statement/v1" }

    /// The statement's own type.
    package var type: String
    /// What the statement is about.
    package var subject: [ResourceDescriptor]
    /// What kind of predicate it is.
    package var predicateType: String
    /// What is said.
    package var predicate: Predicate

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType, predicate
    }

    /// Says `predicate` of `subject`.
    package init(subject: [ResourceDescriptor], predicateType: String, predicate: Predicate) {
        type = Self.kind
        self.subject = subject
        self.predicateType = predicateType
        self.predicate = predicate
    }
}

/// Some content by its digest, as in-toto describes it.
package struct ResourceDescriptor: Hashable, Codable, Sendable {
    /// What people call it; of a file its path, relative to the certificate's folder.
    package var name: String
    /// Digests by the name of their algorithm; ours are `sha256`.
    package var digest: [String: String]?
    /// What else is known of it.
    package var annotations: [String: String]?

    /// A content.
    package init(name: String, digest: [String: String]? = nil, annotations: [String: String]? = nil) {
        (self.name, self.digest, self.annotations) = (name, digest, annotations)
    }

    /// What a certificate's subjects are.
    package enum Kind: String, Sendable {
        /// The root of the tree over all cells.
        case cells
        /// The text of a sweep file.
        case sweep
        /// A model's checkpoint.
        case checkpoint
        /// What decides the weights of a model that a run trained: a `TrainingIdentity`.
        case training
        /// The images of cells: a `DatasetSlice`.
        case data
        /// A file beside the certificate.
        case file
    }

    private static let kindKey = "kind"
    private static let algorithm = "sha256"

    /// A subject of a certificate.
    package init(_ kind: Kind, _ name: String, _ digest: Digest) {
        self.init(name: name, digest: [Self.algorithm: "\(digest)"], annotations: [Self.kindKey: kind.rawValue])
    }

    /// What the subject is; nil for what another program added.
    package var kind: Kind? { annotations?[Self.kindKey].flatMap(Kind.init) }

    /// The SHA-256 digest; nil where there is none.
    package var sha256: Digest? { digest?[Self.algorithm].flatMap { Digest(hexadecimal: $0) } }
}
