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
    }

    /// Where the weights come from.
    public var source: Source
    /// Which likelihood is reported; `label` unless said otherwise.
    public var conditioning: Conditioning
    /// How it is taken from the model; the standard one unless said otherwise.
    public var estimate: LikelihoodEstimate

    /// A model by its source.
    public init(source: Source, conditioning: Conditioning = .label, estimate: LikelihoodEstimate = .standard) {
        self.source = source
        self.conditioning = conditioning
        self.estimate = estimate
    }
}
