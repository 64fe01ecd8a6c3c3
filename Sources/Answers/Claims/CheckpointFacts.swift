// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a checkpoint says of itself that claims depend on, and a store does not know.
public struct CheckpointFacts: Hashable, Sendable {
    /// The data set that it was trained on, by its name; nil where the checkpoint does not say.
    public var dataset: String?
    /// How a data set's image becomes the model's input.
    public var preprocessing: ModelFacts.Preprocessing
    /// Whether likelihoods depend on the class.
    public var isConditional: Bool

    /// The facts of one checkpoint.
    public init(dataset: String?, preprocessing: ModelFacts.Preprocessing, isConditional: Bool) {
        self.dataset = dataset
        self.preprocessing = preprocessing
        self.isConditional = isConditional
    }
}

extension CheckpointFacts {
    /// The data set that a checkpoint's provenance says it was trained on: `… on 55000 images of mnist train …`.
    ///
    /// - Parameter provenance: The checkpoint's text; its last training counts.
    /// - Returns: The name; nil where the text does not say.
    public static func dataset(ofProvenance provenance: String) -> String? {
        provenance.matches(of: /on [0-9,]+ (?:images of )?(\S+) train/).last.map { String($0.1) }
    }
}
