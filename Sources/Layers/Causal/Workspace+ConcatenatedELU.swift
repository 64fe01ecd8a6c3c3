// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

extension Workspace {
    /// The concatenated ELU of x, (images, H, W, C), at the `pixels` of every image of `size`.
    public func concatenatedELU(_ x: RowView, into activated: RowView, pixels: Range<Int>, of size: ImageSize) {
        for image in 0..<x.rows / size.pixels {
            let rows = image * size.pixels + pixels.lowerBound..<image * size.pixels + pixels.upperBound
            kernels.concatenatedELU(x.rows(rows), into: activated.rows(rows))
        }
    }
}
