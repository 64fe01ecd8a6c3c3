// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a Glow cannot take the numbers it was handed.
public enum GlowInputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The numbers are no whole number of images.
    case partialImage(count: Int, GlowConfiguration)
    /// There are more or fewer labels than images.
    case labelCount(Int, images: Int)
    /// A label is no class of the model.
    case label(Int, image: Int, classes: Int)
    /// There are more or fewer arrays of latents than levels.
    case levelCount(Int, levels: Int)
    /// A level's latents are not those of as many images as the first level's.
    case latentCount(Int, level: Int, expected: Int)

    /// One line.
    public var description: String {
        switch self {
        case .partialImage(let count, let model):
            "\(count) numbers are no whole number of \(model.height)×\(model.width)×\(model.channels) images"
        case .labelCount(let count, let images):
            "\(counted(count, "label")) for \(counted(images, "image")); one each is needed"
        case .label(let label, let image, let classes):
            "label \(label) of image \(image): the model has the classes 0...\(classes - 1)"
        case .levelCount(let count, let levels):
            "latents of \(counted(count, "level")); the model has \(levels)"
        case .latentCount(let count, let level, let expected):
            "\(count) latents at level \(level); \(expected) are needed"
        }
    }
}
