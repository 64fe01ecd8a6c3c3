// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Vocabulary

/// A semantic-invariant transformation: what it does to an image on its way to the model.
///
/// An image passes three points, in this order: as the data set holds it, in the model's size, and as numbers on the
/// model's pixel scale. A transformation leaves alone every point it does not mention.
public protocol Transform: Sendable {
    /// The data set's own image, changed.
    func transformed(source image: ByteImage) -> ByteImage
    /// The image in the model's size, changed.
    func transformed(resized image: ByteImage) -> ByteImage
    /// Changes pixels on the model's scale, before dequantisation.
    func apply(to pixels: inout PixelTensor, draws: ImageDraws)
}

extension Transform {
    /// The image as it is.
    public func transformed(source image: ByteImage) -> ByteImage { image }
    /// The image as it is.
    public func transformed(resized image: ByteImage) -> ByteImage { image }
    /// Leaves the pixels as they are.
    public func apply(to pixels: inout PixelTensor, draws: ImageDraws) {}
}

extension TransformSpec {
    /// What a cell's transformation does to pixels.
    public var transform: any Transform {
        switch self {
        case .identity: IdentityTransform()
        case .translate(let translation): translation
        case .noise(let noise): noise
        case .zeroLatents(let zeroing): zeroing
        }
    }
}
