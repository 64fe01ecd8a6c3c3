// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// Two 3×3 convolutions and the way around them, y = relu(second(relu(first(x))) + shortcut(x)).
struct ResidualBlock {
    let output: ImageExtent
    let first: Convolution
    let second: Convolution
    let shortcut: IdentityShortcut

    static func parameters(inputs: Int, outputs: Int) -> [ParameterSpec] {
        NormalisedConvolution.parameters(inputs: inputs, outputs: outputs).map { $0.scoped("first") }
            + NormalisedConvolution.parameters(inputs: outputs, outputs: outputs).map { $0.scoped("second") }
    }

    /// A block from images of `input` to `channels` channels; where these are more, the image is halved.
    init(_ parameters: ParameterSet, input: ImageExtent, channels: Int) {
        let stride = channels > input.channels ? 2 : 1
        let output = ImageExtent(
            height: (input.height + stride - 1) / stride,
            width: (input.width + stride - 1) / stride,
            channels: channels
        )
        self.output = output
        first = NormalisedConvolution.folded(parameters.scope("first"), extent: input, stride: stride)
        second = NormalisedConvolution.folded(parameters.scope("second"), extent: output)
        shortcut = IdentityShortcut(input, stride: stride)
    }

    /// The memory a call needs.
    var demand: Workspace.Demand {
        Workspace.Demand(scratch: max(first.scratchCount, second.scratchCount))
    }

    /// y and the hidden activations are (images, H′, W′, C′), x (images, H, W, C).
    func forward(_ y: RowView, hidden: RowView, _ x: RowView, _ workspace: Workspace) {
        first.forward(hidden, x, activation: .relu, workspace)
        shortcut.forward(y, x)
        second.forward(y, hidden, activation: .relu, accumulating: true, workspace)
    }
}
