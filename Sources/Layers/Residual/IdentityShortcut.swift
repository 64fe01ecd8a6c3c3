// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The way around a residual block, without parameters (He, Zhang, Ren and Sun, 2016, option A).
///
/// Where the block halves the image, every second pixel of every second line is taken; where it has more channels than
/// its input, zeros stand behind the old ones.
public struct IdentityShortcut: Sendable {
    private let input: ImageExtent
    /// Rows and columns of the result.
    private let size: ImageSize
    private let stride: Int

    /// The way around a block that reads images of `input` and moves by `stride` pixels from output to output.
    public init(_ input: ImageExtent, stride: Int) {
        precondition(stride > 0, "a stride of \(stride)")
        self.input = input
        size = input.reduced(by: stride, channels: input.channels).size
        self.stride = stride
    }

    /// output is (images, ⌈H/stride⌉, ⌈W/stride⌉, C′) with C′ ≥ C, x (images, H, W, C).
    public func forward(_ output: RowView, _ x: RowView) {
        check(output, x)
        for row in 0..<output.rows {
            let (source, target) = (x.first(of: sourceRow(of: row)), output.first(of: row))
            target.update(from: source, count: x.channels)
            (target + x.channels).update(repeating: 0, count: output.channels - x.channels)
        }
        withExtendedLifetime((output, x)) {}
    }

    /// The gradient of x, (images, H, W, C), from that of the output, (images, ⌈H/stride⌉, ⌈W/stride⌉, C′).
    public func backward(_ inputGradient: RowView, _ outputGradient: RowView) {
        check(outputGradient, inputGradient)
        if stride > 1 {
            for row in 0..<inputGradient.rows {
                inputGradient.first(of: row).update(repeating: 0, count: inputGradient.channels)
            }
        }
        for row in 0..<outputGradient.rows {
            let (source, target) = (outputGradient.first(of: row), inputGradient.first(of: sourceRow(of: row)))
            target.update(from: source, count: inputGradient.channels)
        }
        withExtendedLifetime((inputGradient, outputGradient)) {}
    }

    private func check(_ output: RowView, _ x: RowView) {
        let images = x.rows / input.pixels
        precondition(x.rows == images * input.pixels && x.channels == input.channels, "a shortcut of other images")
        precondition(output.rows == images * size.pixels && output.channels >= x.channels, "a shortcut to other images")
    }

    /// The pixel of x that a pixel of the output is.
    private func sourceRow(of row: Int) -> Int {
        let (image, pixel) = (row / size.pixels, row % size.pixels)
        let (line, column) = (pixel / size.width * stride, pixel % size.width * stride)
        return image * input.pixels + line * input.width + column
    }
}

extension RowView {
    /// Where a row begins.
    fileprivate func first(of row: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + offset + row * stride }
}
