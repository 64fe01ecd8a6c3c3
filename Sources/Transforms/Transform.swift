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
    ///
    /// - Parameters:
    ///   - seed: The cell's seed.
    ///   - repetition: How many of the same name have gone before in a chain. Random numbers that are not an image's own
    ///     depend on it; those of an image, `ImageDraws`, do already.
    /// - Returns: What is done.
    func transform(seed: UInt64, repetition: Int) -> any Transform
}

extension AppliedTransform where Self: Transform {
    package func transform(seed: UInt64, repetition: Int) -> any Transform { self }
}

extension Identity: Transform, AppliedTransform {}
