// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The 3×3 convolution that ends a network and starts as zero, y = (conv(x) + bias)·e^(3·logs) (Glow, §3.3).
public struct ZeroConvolution: Sendable {
    private let convolution: Convolution

    /// The parameters of a convolution from `inputs` to `outputs` channels.
    public static func parameters(inputs: Int, outputs: Int) -> [ParameterSpec] {
        [
            ParameterSpec("weight", [outputs, inputs, 3, 3]),
            ParameterSpec("bias", [outputs]), ParameterSpec("logs", [outputs]),
        ]
    }

    /// Takes its parameters from `parameters`, for images of `size`.
    public init(_ parameters: ParameterSet, size: ImageSize) {
        convolution = Convolution(
            weight: parameters["weight"],
            scale: Self.scale(parameters["logs"]),
            bias: parameters["bias"].values.map(Double.init),
            size: size
        )
    }

    /// e^(3·logs): the factor 3 is Glow's `logscale_factor`, which makes these parameters learn faster.
    static func scale(_ logs: Tensor) -> [Double] {
        logs.values.map { PortableMath.exp(3 * Double($0)) }
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { convolution.scratchCount }

    /// The convolution of every image of `input`.
    public func forward(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        convolution.forward(output, input, workspace)
    }
}
