// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Channels, kernel and parameters of a convolution with a normalisation behind it, y = (conv(x) +
/// bias)·e^(factor·logs).
struct ScaledConvolutionShape: Sendable {
    /// What the logarithms of the scales are multiplied by, and where they lie.
    enum Scale: Double, Sendable {
        /// An ``ActNorm``, whose parameters are in the scope `actnorm`.
        case actnorm = 1
        /// The last layer of a network, which starts as zero and whose parameters lie beside the weight (Glow, §3.3).
        ///
        /// The factor 3 is Glow's `logscale_factor`, which makes these parameters learn faster.
        case zero = 3
    }

    let inputs: Int
    let outputs: Int
    /// Rows, and columns, of the kernel that the parameters hold.
    let kernel: Int
    let scale: Scale

    /// The parameters of the convolution and its normalisation.
    var parameters: [ParameterSpec] {
        let normalisation = ActNorm.parameters(channels: outputs)
        return [ParameterSpec("weight", [outputs, inputs, kernel, kernel])]
            + (scale == .actnorm ? normalisation.map { $0.scoped("actnorm") } : normalisation)
    }

    /// The convolution in training of images of `size`, its kernel no larger than what ever meets a pixel: in an image
    /// of one line, or one column, the middle alone does.
    func trained(on size: ImageSize) -> ConvolutionShape {
        .centred(
            kernelHeight: size.height == 1 ? 1 : kernel,
            kernelWidth: size.width == 1 ? 1 : kernel,
            inputs: inputs,
            outputs: outputs
        )
    }

    /// Calls `body` for every tap of every input that `trained` has, and some outputs at a time: the effective weights
    /// of neighbouring outputs lie side by side from `effectivePlace` on, those of the parameter `step` apart from
    /// `place` on.
    ///
    /// The one are ordered [tap][input][output], the other [output][input][tap]; the order of the calls keeps to
    /// neighbours in both.
    @inline(__always)
    func forEachWeight(
        of trained: ConvolutionShape,
        _ body: (_ outputs: Range<Int>, _ step: Int, _ place: Int, _ effectivePlace: Int) -> Void
    ) {
        let step = inputs * kernel * kernel
        for first in stride(from: 0, to: outputs, by: 16) {
            for input in 0..<inputs {
                for tap in 0..<trained.kernelHeight * trained.kernelWidth {
                    let place = first * step + input * kernel * kernel + wholeTap(tap, of: trained)
                    let effectivePlace = (tap * inputs + input) * outputs + first
                    // A number of lanes that the compiler knows.
                    if outputs - first >= 16 {
                        body(first..<first + 16, step, place, effectivePlace)
                    } else {
                        body(first..<outputs, step, place, effectivePlace)
                    }
                }
            }
        }
    }

    /// The tap of the whole kernel that is `tap` of the part of it that meets pixels.
    private func wholeTap(_ tap: Int, of trained: ConvolutionShape) -> Int {
        let row = tap / trained.kernelWidth + (kernel - trained.kernelHeight) / 2
        return row * kernel + tap % trained.kernelWidth + (kernel - trained.kernelWidth) / 2
    }
}
