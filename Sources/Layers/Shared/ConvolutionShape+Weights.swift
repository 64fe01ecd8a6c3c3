// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

extension ConvolutionShape {
    /// A kernel of odd extents with zeros around the image, so that with stride 1 it keeps the image's size.
    static func centred(
        kernelHeight: Int,
        kernelWidth: Int,
        stride: Int = 1,
        inputs: Int,
        outputs: Int
    ) -> ConvolutionShape {
        let (above, beside) = (kernelHeight / 2, kernelWidth / 2)
        return ConvolutionShape(
            kernelHeight: kernelHeight,
            kernelWidth: kernelWidth,
            stride: stride,
            padding: Padding(top: above, left: beside, bottom: above, right: beside),
            inputChannels: inputs,
            outputChannels: outputs
        )
    }

    /// Calls `body` with each weight's place as a parameter, [output][input][tap], and as kernels read it,
    /// [tap][input][output].
    @inline(__always)
    func forEachWeight(_ body: (_ output: Int, _ parameter: Int, _ packed: Int) -> Void) {
        let taps = kernelHeight * kernelWidth
        for output in 0..<outputChannels {
            for input in 0..<inputChannels {
                for tap in 0..<taps {
                    body(
                        output,
                        (output * inputChannels + input) * taps + tap,
                        (tap * inputChannels + input) * outputChannels + output
                    )
                }
            }
        }
    }
}
