// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// The four outputs of every input of an upsampling, as they are computed: (images, H, W, 4C), [below][right][C].
struct Parities: Sendable {
    /// C.
    let outputs: Int
    /// H × W.
    let size: ImageSize

    /// Copies the outputs of `pixels`, a part of one line of `image`, to their places in (images, 2H, 2W, C).
    ///
    /// `body` is called with the rows of either line of outputs once they are copied.
    func spread(
        _ output: RowView,
        _ parities: RowView,
        image: Int,
        pixels: Range<Int>,
        _ body: (Range<Int>) -> Void = { _ in }
    ) {
        for below in 0..<2 {
            let rows = rows(image, pixels, below)
            let first = image * size.pixels + pixels.lowerBound
            visit(output, rows: rows, parities, from: first, below: below) { place, parity in
                place.update(from: parity, count: outputs)
            }
            body(rows)
        }
    }

    /// Copies (images, 2H, 2W, C) to parities.
    func gather(_ parities: RowView, _ output: RowView) {
        for line in 0..<parities.rows / size.width {
            let (image, row) = line.quotientAndRemainder(dividingBy: size.height)
            for below in 0..<2 {
                let rows = rows(image, row * size.width..<(row + 1) * size.width, below)
                visit(output, rows: rows, parities, from: line * size.width, below: below) { place, parity in
                    parity.update(from: place, count: outputs)
                }
            }
        }
    }

    /// The output rows of inputs on one line, on the upper or the lower of their two lines.
    private func rows(_ image: Int, _ pixels: Range<Int>, _ below: Int) -> Range<Int> {
        let (line, column) = pixels.lowerBound.quotientAndRemainder(dividingBy: size.width)
        let first = (image * 2 * size.height + 2 * line + below) * 2 * size.width + 2 * column
        return first..<first + 2 * pixels.count
    }

    /// Calls `body` with every output row of `rows` and its place among the parities, which begin with row `first`.
    @inline(__always)
    private func visit(
        _ output: RowView,
        rows: Range<Int>,
        _ parities: RowView,
        from first: Int,
        below: Int,
        _ body: (_ place: UnsafeMutablePointer<Float>, _ parity: UnsafeMutablePointer<Float>) -> Void
    ) {
        let (to, from) = (output.buffer.pointer + output.offset, parities.buffer.pointer + parities.offset)
        for (index, row) in rows.enumerated() {
            let parity = from + (first + index / 2) * parities.stride + (2 * below + index % 2) * outputs
            body(to + row * output.stride, parity)
        }
        withExtendedLifetime((output, parities)) {}
    }
}
