// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A scorer that a worker has, as the scorer itself says what it is.
public struct ScorerOffer: Hashable, Sendable {
    /// The name under which the worker was given it.
    public var name: String
    /// The version that it says it is.
    public var version: String
    /// The digest that it says it has; nil where it says none.
    public var digest: Digest?

    /// An offer.
    public init(name: String, version: String, digest: Digest? = nil) {
        self.name = name
        self.version = version
        self.digest = digest
    }

    /// Whether it is the scorer that `model` means.
    public func serves(_ model: ExternalModel) -> Bool {
        name == model.scorer && version == model.version && (model.declared == nil || digest == model.declared)
    }

    /// The name and the version: `resnet-flow 2026-11`.
    public var caption: String { "\(name) \(version)" + (digest.map { " with digest \("\($0)".prefix(12))…" } ?? "") }
}
