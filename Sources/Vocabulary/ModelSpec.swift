// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which model scores images, and where it is found.
public struct ModelSpec: Hashable, Sendable {
    /// What the sweep file calls it; for people only.
    public var name: String
    /// Where the checkpoint is looked for first.
    public var location: ModelLocation
    /// SHA-256 of the checkpoint; a file that has another one is not this model, wherever it was found.
    public var digest: Digest
    /// Which likelihood is reported.
    public var conditioning: Conditioning
    /// How it is taken from the model.
    public var estimate: LikelihoodEstimate
    /// Size of the checkpoint in bytes where the coordinator hands it out; nil where it does not.
    public var bytes: Int?

    /// A model, not handed out by default.
    public init(
        name: String,
        location: ModelLocation,
        digest: Digest,
        conditioning: Conditioning,
        estimate: LikelihoodEstimate = .standard,
        bytes: Int? = nil
    ) {
        self.name = name
        self.location = location
        self.digest = digest
        self.conditioning = conditioning
        self.estimate = estimate
        self.bytes = bytes
    }

    /// The checkpoint as the coordinator hands it out; nil where it does not.
    public var file: ArtifactReference? { bytes.map { ArtifactReference(digest: digest, bytes: $0) } }
}

/// Where a model comes from, as one text that travels: a checkpoint's path, `family:NAME` for a fresh model,
/// `recipe:PATH` for one that is not trained yet and cannot be loaded, or `external:` and what asks for a scorer.
public struct ModelLocation: Hashable, Sendable {
    private static let familyPrefix = "family:"
    private static let recipePrefix = "recipe:"
    private static let externalPrefix = "external:"

    /// The text.
    public let text: String

    /// Reads the text that another process sent.
    public init(text: String) {
        self.text = text
    }

    /// Writes down a model of a sweep file, whose path must be absolute if other processes are to find it.
    public init(_ source: ModelReference.Source) {
        text =
            switch source {
            case .checkpoint(let path): path
            case .recipe(let path): Self.recipePrefix + path
            case .family(let family): Self.familyPrefix + family.rawValue
            case .external(let model): Self.externalPrefix + model.text
            }
    }

    /// What the text stands for; nil for a family, or an external model, that this version does not know.
    public var source: ModelReference.Source? {
        if text.hasPrefix(Self.recipePrefix) { return .recipe(path: String(text.dropFirst(Self.recipePrefix.count))) }
        if text.hasPrefix(Self.externalPrefix) {
            return ExternalModel(text: String(text.dropFirst(Self.externalPrefix.count))).map { .external($0) }
        }
        guard text.hasPrefix(Self.familyPrefix) else { return .checkpoint(path: text) }
        let name = text.dropFirst(Self.familyPrefix.count)
        return ModelFacts.Family.allCases.first { $0.rawValue == name }.map { .family($0) }
    }

    /// The external model that it is; nil for one that this program computes.
    public var external: ExternalModel? { if case .external(let model) = source { model } else { nil } }
}
