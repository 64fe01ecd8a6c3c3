// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Vocabulary

/// Where the pixels of a turned or scaled image come from: a linear map about the image's centre, in whole numbers.
///
/// With X = 2x − (width − 1) and Y = 2y − (height − 1), twice the distances from the centre, a pixel comes from
/// X' = (xx·X + xy·Y)/2³² and Y' = (yx·X + yy·Y)/2³². That place is rounded to 2⁻¹⁶ of a pixel, halves up, and the values
/// of the four pixels around it are weighted exactly and rounded once.
struct BilinearSampling {
    /// The map times 2³².
    let xx: Int, xy: Int, yx: Int, yy: Int
    /// What lies around the image.
    let surroundings: ImageSurroundings

    /// The image that is seen through the map.
    func sampled(_ image: ByteImage) -> ByteImage {
        let (height, width, channels) = (image.shape.height, image.shape.width, image.shape.channels)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(image.shape.count)
        for y in 0..<height {
            for x in 0..<width {
                let (right, down) = (2 * x - (width - 1), 2 * y - (height - 1))
                let column = Self.place(xx * right + xy * down, count: width)
                let row = Self.place(yx * right + yy * down, count: height)
                let corners = corners(of: image, row: row >> 16, column: column >> 16)
                for channel in 0..<channels {
                    let values = corners.map { corner in corner.map { Int(image.pixels[$0 + channel]) } ?? 0 }
                    pixels.append(Self.blend(values, across: column & 0xFFFF, down: row & 0xFFFF))
                }
            }
        }
        return ByteImage(image.shape, pixels: pixels)
    }

    /// A place in units of 2⁻¹⁶ pixels, of twice the distance from the centre in units of 2⁻³².
    private static func place(_ distance: Int, count: Int) -> Int {
        (distance + (count - 1) << 32 + 1 << 16) >> 17
    }

    /// Where the four pixels around a place begin, row by row; nil for black ones.
    private func corners(of image: ByteImage, row: Int, column: Int) -> [Int?] {
        let columns = [column, column + 1].map { surroundings.position($0, count: image.shape.width) }
        return [row, row + 1].flatMap { row in
            let row = surroundings.position(row, count: image.shape.height)
            return columns.map { column in
                guard let row, let column else { return Int?.none }
                return (row * image.shape.width + column) * image.shape.channels
            }
        }
    }

    /// The weighted mean of four values, `across` and `down` in units of 2⁻¹⁶.
    private static func blend(_ values: [Int], across: Int, down: Int) -> UInt8 {
        let upper = values[0] * (65_536 - across) + values[1] * across
        let lower = values[2] * (65_536 - across) + values[3] * across
        return UInt8((upper * (65_536 - down) + lower * down + 1 << 31) >> 32)
    }
}
