// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The mean of each channel over all pixels of an image.
///
/// Summed in double precision, pixel after pixel, and rounded once.
public struct GlobalAveragePool: Sendable {
    private let pixels: Int

    /// Averages images of that many pixels.
    public init(pixels: Int) {
        precondition(pixels > 0, "the mean of no pixels")
        self.pixels = pixels
    }

    /// output is (images, C), input (images, H, W, C).
    public func forward(_ output: RowView, _ input: RowView) {
        precondition(input.rows == output.rows * pixels && input.channels == output.channels, "pooling other images")
        let (from, into) = (input.buffer.pointer + input.offset, output.buffer.pointer + output.offset)
        for image in 0..<output.rows {
            for channel in 0..<output.channels {
                let sum = (image * pixels..<(image + 1) * pixels).reduce(0.0) { sum, pixel in
                    sum + Double(from[pixel * input.stride + channel])
                }
                into[image * output.stride + channel] = Float(sum / Double(pixels))
            }
        }
        withExtendedLifetime((output, input)) {}
    }
}
