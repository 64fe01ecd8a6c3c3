// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The images that a recipe trains on: a part of the training split, never of the test split.
public struct RecipeData: Hashable, Sendable {
    /// The split that images are taken from.
    public static let split = "train"

    /// The data set.
    public var source: DatasetSource
    /// How its images become the model's input.
    public var preprocessing: ModelFacts.Preprocessing
    /// Images of the training split that are not trained on, but validated with.
    public var validationImages: Int

    /// Images of `source`; 5000 of them for validation unless said otherwise.
    public init(_ source: DatasetSource, preprocessing: ModelFacts.Preprocessing, validationImages: Int = 5000) {
        self.source = source
        self.preprocessing = preprocessing
        self.validationImages = validationImages
    }

    /// What messages call the data set.
    public var name: String { Self.name(of: source) }

    /// What messages call the data set of `source`.
    public static func name(of source: DatasetSource) -> String {
        switch source {
        case .builtin(let name): name
        case .idx: "files"
        }
    }
}
