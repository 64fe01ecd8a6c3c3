// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Whether a transformation is done to the data set's own image or to the one the model sees.
public enum TransformStage: String, Hashable, Sendable, CaseIterable {
    /// The data set's image, before it is resized.
    case beforeResize = "before-resize"
    /// The image the model sees.
    case afterResize = "after-resize"
}

extension TransformStage {
    /// The parameter of every transformation that has a choice.
    static let parameter = TransformParameter.deciding(
        "stage",
        .choice(TransformStage.self),
        standard: ParameterDomain.code(TransformStage.afterResize),
        "Whether it is done to the data set's image or to the one the model sees."
    )

    /// Rows and columns of the image that is transformed.
    func size(_ dataset: DatasetFacts, _ model: ModelFacts) -> (height: Int, width: Int) {
        switch self {
        case .beforeResize: (dataset.height, dataset.width)
        case .afterResize: (model.height, model.width)
        }
    }
}
