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

    /// The gradient of the input, (images, H, W, C), from that of the output, (images, C).
    public func backward(_ inputGradient: RowView, _ outputGradient: RowView) {
        precondition(
            inputGradient.rows == outputGradient.rows * pixels && inputGradient.channels == outputGradient.channels,
            "the gradients of other images"
        )
        let from = outputGradient.buffer.pointer + outputGradient.offset
        let into = inputGradient.buffer.pointer + inputGradient.offset
        let share = Float(1 / Double(pixels))
        for row in 0..<inputGradient.rows {
            let (source, target) = (from + row / pixels * outputGradient.stride, into + row * inputGradient.stride)
            for channel in 0..<inputGradient.channels { target[channel] = source[channel] * share }
        }
        withExtendedLifetime((inputGradient, outputGradient)) {}
    }
}
