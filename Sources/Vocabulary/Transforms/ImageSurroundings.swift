// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What is taken to lie around an image: it comes into view where the image is moved, turned, made smaller or blurred.
public enum ImageSurroundings: String, Hashable, Sendable, CaseIterable {
    /// Black.
    case zero
    /// The nearest pixel of the image's edge.
    case edge
    /// The image again and again, so that what leaves on one side comes in on the other.
    case wrap
}

extension ImageSurroundings {
    /// The parameter of every transformation that has a choice.
    static func parameter(standard: ImageSurroundings) -> TransformParameter {
        TransformParameter(
            "fill",
            .choice(ImageSurroundings.self),
            standard: ParameterDomain.code(standard),
            "What is taken to lie around the image: black, its nearest edge pixel, or what is on its other side."
        )
    }
}
