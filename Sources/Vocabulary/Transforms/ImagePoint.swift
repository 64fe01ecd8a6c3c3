// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A point of an image's way into a model, at which a transformation acts; an image passes them in this order.
package enum ImagePoint: Hashable, Sendable, CaseIterable {
    /// The data set's 8-bit image, before it is resized.
    case dataset
    /// The 8-bit image of the model's size.
    case resized
    /// Numbers on the model's pixel scale, before dequantisation.
    case pixels
}

extension TransformStage {
    /// Where a transformation of this stage acts.
    package var point: ImagePoint {
        switch self {
        case .beforeResize: .dataset
        case .afterResize: .resized
        }
    }
}
