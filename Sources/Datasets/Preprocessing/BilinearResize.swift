// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Bilinear resize of 8-bit images to one size, byte for byte as Pillow's `Image.resize(…, BILINEAR)` gives it.
///
/// The triangle filter, widened by the scale when an axis shrinks; weights in fixed point with 22 fractional bits;
/// columns first, rounded to 8 bits, then rows. Rounding between the passes is part of the definition: one pass over
/// both axes, or rows first, gives other bytes. (Pillow 11's order for all sizes; 13 takes rows first for some oblong
/// ones.)
struct BilinearResize: Sendable {
    private let source: ImageShape
    private let horizontal: ResizeAxis
    private let vertical: ResizeAxis

    /// A resize of images of shape `source` to `height`×`width`; all sizes are at least 1.
    init(from source: ImageShape, toHeight height: Int, width: Int) {
        self.source = source
        horizontal = ResizeAxis(from: source.width, to: width)
        vertical = ResizeAxis(from: source.height, to: height)
    }

    /// `image`, of shape `source`, in the new size.
    func callAsFunction(_ image: ByteImage) -> ByteImage {
        precondition(image.shape == source, "an image of \(image.shape), not of \(source)")
        let channels = source.channels
        let columns = horizontal.resampled(image.pixels, lines: source.height, stride: channels)
        let pixels = vertical.resampled(columns, lines: 1, stride: horizontal.newCount * channels)
        let shape = ImageShape(height: vertical.newCount, width: horizontal.newCount, channels: channels)
        return ByteImage(shape, pixels: pixels)
    }
}

/// The weights of one axis.
private struct ResizeAxis: Sendable {
    /// The old positions that one new position is made of, and their weights.
    private struct Window {
        var first: Int
        var weights: [Int32]
    }

    /// 32 bits less 8 for the pixel and 2 for the sign and a sum above 1.
    private static let fractionalBits = 22

    let oldCount: Int
    private let windows: [Window]

    var newCount: Int { windows.count }

    init(from oldCount: Int, to newCount: Int) {
        precondition(oldCount > 0 && newCount > 0, "an image has at least one row and one column")
        self.oldCount = oldCount
        let scale = Double(oldCount) / Double(newCount)
        // Half the filter's width in old positions; never below 1, so that growing interpolates between neighbours.
        let support = max(scale, 1)
        windows = (0..<newCount).map { position in
            let centre = (Double(position) + 0.5) * scale
            let first = max(Int(centre - support + 0.5), 0)
            let end = min(Int(centre + support + 0.5), oldCount)
            let weights = (first..<end).map { old in
                max(0, 1 - abs((Double(old) - centre + 0.5) * (1 / support)))
            }
            let sum = weights.reduce(0, +)
            return Window(
                first: first,
                weights: weights.map { Int32(0.5 + $0 / sum * Double(1 << Self.fractionalBits)) }
            )
        }
    }

    /// Resamples `lines` blocks of `oldCount` × `stride` values along their first axis.
    func resampled(_ values: [UInt8], lines: Int, stride: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(lines * newCount * stride)
        for line in 0..<lines {
            let start = line * oldCount * stride
            for window in windows {
                for offset in 0..<stride {
                    var sum = Int32(1) << (Self.fractionalBits - 1)
                    var source = start + window.first * stride + offset
                    for weight in window.weights {
                        sum += Int32(values[source]) * weight
                        source += stride
                    }
                    result.append(UInt8(clamping: sum >> Self.fractionalBits))
                }
            }
        }
        return result
    }
}
