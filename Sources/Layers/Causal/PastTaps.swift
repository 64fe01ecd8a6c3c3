// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// What a pixel's past is made of: for every tap, the pixel there and a one, or two zeros outside the image.
struct PastTaps: Sendable {
    private let taps: [(row: Int, column: Int)]
    private let size: ImageSize

    /// The taps of `parts`, one part behind the other, in images of `size`.
    init(_ parts: [PastConvolution.Part], size: ImageSize) {
        taps = parts.flatMap { part in
            (0..<part.kernel.pixels).map {
                (part.origin.row + $0 / part.kernel.width, part.origin.column + $0 % part.kernel.width)
            }
        }
        self.size = size
    }

    /// Numbers in a pixel's past.
    var count: Int { 2 * taps.count }

    /// Writes the pasts, (images, H, W, ``count``), of the `pixels` of every image of one channel.
    func gather(_ past: RowView, _ images: RowView, pixels: Range<Int>) {
        for image in 0..<images.rows / size.pixels {
            for pixel in pixels {
                let target = past.buffer.pointer + past.offset + (image * size.pixels + pixel) * past.stride
                gather(target, images, image, row: pixel / size.width, column: pixel % size.width)
            }
        }
        withExtendedLifetime(past) {}
    }

    /// Writes one past; its pixel may lie on the line below the image or in the column to its right.
    func gather(_ target: UnsafeMutablePointer<Float>, _ images: RowView, _ image: Int, row: Int, column: Int) {
        let source = images.buffer.pointer + images.offset
        for (index, tap) in taps.enumerated() {
            let (row, column) = (row + tap.row, column + tap.column)
            let isInside = row >= 0 && 0..<size.width ~= column
            let place = (image * size.pixels + row * size.width + column) * images.stride
            target[2 * index] = isInside ? source[place] : 0
            target[2 * index + 1] = isInside ? 1 : 0
        }
        withExtendedLifetime(images) {}
    }
}
