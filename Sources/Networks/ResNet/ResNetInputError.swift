// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a classifier cannot take the numbers it was handed.
public enum ResNetInputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The numbers are no whole number of images.
    case partialImage(count: Int, ResNetConfiguration)
    /// There are more or fewer labels than images.
    case labelCount(Int, images: Int)
    /// A label is no class of the model.
    case label(Int, image: Int, classes: Int)

    /// One line.
    public var description: String {
        switch self {
        case .partialImage(let count, let model):
            "\(count) numbers are no whole number of \(model.height)×\(model.width)×\(model.channels) images"
        case .labelCount(let count, let images):
            "\(counted(count, "label")) for \(counted(images, "image")); one each is needed"
        case .label(let label, let image, let classes):
            "label \(label) of image \(image): the model has the classes 0...\(classes - 1)"
        }
    }
}
