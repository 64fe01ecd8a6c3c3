// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Turns every 2×2 block of pixels into one pixel of four times the channels (Glow, §3.6).
///
/// Channel c·4 + 2·dy + dx of pixel (y, x) is channel c of pixel (2y + dy, 2x + dx).
public struct Squeeze: Sendable {
    /// The image before it is squeezed.
    public let extent: ImageExtent

    /// Squeezes images of that extent; height and width are even.
    public init(_ extent: ImageExtent) {
        precondition(extent.height % 2 == 0 && extent.width % 2 == 0, "\(extent) cannot be squeezed")
        self.extent = extent
    }

    /// output is (images, H/2, W/2, 4C), input (images, H, W, C).
    public func forward(_ output: RowView, _ input: RowView) {
        visit(wide: input, deep: output) { wide, deep in deep.pointee = wide.pointee }
    }

    /// output is (images, H, W, C), input (images, H/2, W/2, 4C).
    public func reverse(_ output: RowView, _ input: RowView) {
        visit(wide: output, deep: input) { wide, deep in wide.pointee = deep.pointee }
    }

    private func visit(
        wide: RowView,
        deep: RowView,
        _ copy: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let (width, channels) = (extent.width, extent.channels)
        precondition(wide.rows % extent.pixels == 0 && deep.rows * 4 == wide.rows, "squeezing other images")
        precondition(wide.channels == channels && deep.channels == 4 * channels, "squeezing other channels")
        let (wideStart, deepStart) = (wide.buffer.pointer + wide.offset, deep.buffer.pointer + deep.offset)
        // Images follow one another without a gap and their heights are even, so all of them are one tall image.
        for line in 0..<wide.rows / width {
            for column in 0..<width {
                let from = wideStart + (line * width + column) * wide.stride
                let pixel = line / 2 * (width / 2) + column / 2
                let into = deepStart + pixel * deep.stride + line % 2 * 2 + column % 2
                for channel in 0..<channels { copy(from + channel, into + 4 * channel) }
            }
        }
        withExtendedLifetime((wide, deep)) {}
    }
}
