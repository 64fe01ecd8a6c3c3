// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

extension KernelCase {
    /// The convolutions of the paper's Glow, level by level.
    static let glowConvolutions: [KernelCase] = (1...5).flatMap { level in
        let (size, channels, hidden) = (32 >> level, 2 << level, 128)
        return [
            glow(level, "3×3", kernel: 3, channels / 2, hidden, size),
            glow(level, "1×1", kernel: 1, hidden, hidden, size),
            glow(level, "3×3", kernel: 3, hidden, channels, size),
            glow(level, "1×1", kernel: 1, channels, channels, size),
        ]
    }

    private static func glow(
        _ level: Int,
        _ form: String,
        kernel: Int,
        _ inputs: Int,
        _ outputs: Int,
        _ size: Int
    ) -> KernelCase {
        let shape = ConvolutionShape(
            kernelHeight: kernel,
            kernelWidth: kernel,
            padding: Padding(kernel / 2),
            inputChannels: inputs,
            outputChannels: outputs
        )
        return convolution(
            "glow level \(level): \(form) \(inputs)→\(outputs) at \(size)×\(size)",
            shape,
            size: size,
            images: 32
        )
    }

    /// The convolutions of a PixelCNN++ block with 100 filters, stage by stage.
    ///
    /// What may see whole lines is a Winograd convolution, so that the operations it stands for can exceed the peak.
    static let pixelCNNConvolutions: [KernelCase] = [28, 14, 7].flatMap { size in
        [
            pixelCNN("u 2×3 Winograd", ConvolutionShape(2, 3, right: 1, 200, 100), size, seesLines: true),
            pixelCNN("u 2×3 Winograd", ConvolutionShape(2, 3, right: 1, 200, 200), size, seesLines: true),
            pixelCNN("ul line above Winograd", ConvolutionShape(1, 2, right: 0, 200, 100), size, seesLines: true),
            pixelCNN("ul line above Winograd", ConvolutionShape(1, 2, right: 0, 200, 200), size, seesLines: true),
            pixelCNN("ul own line", ConvolutionShape(1, 2, right: 0, 200, 100), size),
            pixelCNN("ul own line", ConvolutionShape(1, 2, right: 0, 200, 200), size),
            pixelCNN("skip 1×1", .pointwise(inputChannels: 200, outputChannels: 100), size),
            pixelCNN("skip 1×1", .pointwise(inputChannels: 400, outputChannels: 100), size),
        ]
    }

    private static func pixelCNN(
        _ form: String,
        _ shape: ConvolutionShape,
        _ size: Int,
        seesLines: Bool = false
    ) -> KernelCase {
        let name = "pixelcnn \(form) \(shape.inputChannels)→\(shape.outputChannels) at \(size)×\(size)"
        return convolution(name, shape, size: size, images: 8, seesLines: seesLines)
    }

    /// The element-wise functions, on as many numbers as stay in the second-level cache.
    static let functions: [KernelCase] = ElementwiseFunction.allCases.map { function in
        let (rows, channels) = (256, 128)
        return KernelCase(
            name: "\(function)",
            count: .elements(Double(rows * channels)),
            prepare: { kernels in
                let view = RowView(rows, channels, value: 0.25)
                let output = RowView(rows, channels, value: 0)
                return { kernels.apply(function, to: view, into: output) }
            }
        )
    }
}

extension ConvolutionShape {
    /// A shifted convolution: a pixel sees nothing below it, and `right` columns to its right.
    fileprivate init(_ height: Int, _ width: Int, right: Int, _ inputs: Int, _ outputs: Int) {
        self.init(
            kernelHeight: height,
            kernelWidth: width,
            padding: Padding(top: height - 1, left: width - 1 - right, right: right),
            inputChannels: inputs,
            outputChannels: outputs
        )
    }
}
