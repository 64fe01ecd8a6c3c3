// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// An image of a data set by one draw of its dequantisation.
struct ImageDraw: Hashable {
    /// The image's index in its data set.
    var image: Int
    /// From 0; the first is that of a single draw.
    var draw = 0

    /// The first draws of every image, those of one image together.
    static func all(_ draws: Int, of images: [Int]) -> [ImageDraw] {
        images.flatMap { image in (0..<draws).map { ImageDraw(image: image, draw: $0) } }
    }
}
