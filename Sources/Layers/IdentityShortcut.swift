// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The way around a residual block, without parameters (He, Zhang, Ren and Sun, 2016, option A).
///
/// Where the block halves the image, every second pixel of every second line is taken; where it has more channels than
/// its input, zeros stand behind the old ones.
public struct IdentityShortcut: Sendable {
    private let input: ImageExtent
    private let stride: Int

    /// The way around a block that reads images of `input` and moves by `stride` pixels from output to output.
    public init(_ input: ImageExtent, stride: Int) {
        precondition(stride > 0, "a stride of \(stride)")
        self.input = input
        self.stride = stride
    }

    /// Rows and columns of the result.
    private var size: ImageSize {
        ImageSize(height: (input.height + stride - 1) / stride, width: (input.width + stride - 1) / stride)
    }

    /// output is (images, ⌈H/stride⌉, ⌈W/stride⌉, C′) with C′ ≥ C, x (images, H, W, C).
    public func forward(_ output: RowView, _ x: RowView) {
        let (images, size) = (x.rows / input.pixels, size)
        precondition(x.rows == images * input.pixels && x.channels == input.channels, "a shortcut of other images")
        precondition(output.rows == images * size.pixels && output.channels >= x.channels, "a shortcut to other images")
        let (from, into) = (x.buffer.pointer + x.offset, output.buffer.pointer + output.offset)
        for row in 0..<output.rows {
            let (image, pixel) = (row / size.pixels, row % size.pixels)
            let (line, column) = (pixel / size.width * stride, pixel % size.width * stride)
            let source = from + (image * input.pixels + line * input.width + column) * x.stride
            let target = into + row * output.stride
            for channel in 0..<x.channels { target[channel] = source[channel] }
            for channel in x.channels..<output.channels { target[channel] = 0 }
        }
        withExtendedLifetime((output, x)) {}
    }
}
