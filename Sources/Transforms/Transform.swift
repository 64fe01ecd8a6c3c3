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

/// A transformation of which this room knows what it does to images.
package protocol AppliedTransform: ParameterisedTransform {
    /// What is done to the images of a cell of this seed.
    func transform(seed: UInt64) -> any Transform
}

extension AppliedTransform where Self: Transform {
    package func transform(seed: UInt64) -> any Transform { self }
}

extension Identity: Transform, AppliedTransform {}

extension TransformSpec {
    /// What is done to the images of a cell of this seed.
    package func transform(seed: UInt64) -> any Transform {
        guard let applied = value as? any AppliedTransform else {
            preconditionFailure("no file of Transforms says what \(name) does to images")
        }
        return applied.transform(seed: seed)
    }
}
