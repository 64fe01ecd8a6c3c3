// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a PixelCNN++ cannot take the numbers it was handed.
public enum PixelCNNInputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The numbers are no whole number of images.
    case partialImage(count: Int, PixelCNNConfiguration)

    /// One line.
    public var description: String {
        switch self {
        case .partialImage(let count, let model):
            "\(count) numbers are no whole number of \(model.height)×\(model.width)×\(model.channels) images"
        }
    }
}
