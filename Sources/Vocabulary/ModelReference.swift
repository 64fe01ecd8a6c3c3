// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A model as a sweep file names it.
public struct ModelReference: Hashable, Sendable {
    /// Where the weights come from.
    public enum Source: Hashable, Sendable {
        /// A checkpoint file; the path is resolved against the sweep file's folder.
        case checkpoint(path: String)
        /// A model that the run trains first, by the recipe in this file; the path is resolved as a checkpoint's is.
        case recipe(path: String)
        /// A freshly initialised model of a family, in the paper's configuration.
        case family(ModelFacts.Family)
        /// A model whose likelihoods a scorer gives, a program beside a worker.
        case external(ExternalModel)
    }

    /// Where the weights come from.
    public var source: Source
    /// Which likelihood is reported; `label` unless said otherwise.
    public var conditioning: Conditioning
    /// How it is taken from the model; the standard one unless said otherwise.
    public var estimate: LikelihoodEstimate
    /// How far two scorings of an image may differ and still agree, relative to the greater of both and 1; nil where they
    /// must be equal bit for bit.
    public var tolerance: Double?

    /// A model by its source, whose numbers must be equal bit for bit unless said otherwise.
    public init(
        source: Source,
        conditioning: Conditioning = .label,
        estimate: LikelihoodEstimate = .standard,
        tolerance: Double? = nil
    ) {
        self.source = source
        self.conditioning = conditioning
        self.estimate = estimate
        self.tolerance = tolerance
    }

    /// The external model that it is; nil for one that this program computes.
    public var external: ExternalModel? { if case .external(let model) = source { model } else { nil } }
}
