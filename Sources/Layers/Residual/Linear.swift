// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// A linear layer with a bias, computed as a 1×1 convolution of images of one pixel.
public struct Linear: Sendable {
    private let convolution: Convolution

    /// Images of one pixel.
    fileprivate static let size = ImageSize(height: 1, width: 1)

    /// The parameters `weight`, [outputs][inputs], and `bias`.
    public static func parameters(inputs: Int, outputs: Int) -> [ParameterSpec] {
        [ParameterSpec("weight", [outputs, inputs]), ParameterSpec("bias", [outputs])]
    }

    /// Takes its parameters from `parameters`.
    public init(_ parameters: ParameterSet) {
        let weight = parameters["weight"]
        convolution = Convolution(
            weight: weight.reshaped(weight.shape + [1, 1]),
            scale: [Double](repeating: 1, count: weight.shape[0]),
            offset: parameters["bias"].values.map(Double.init),
            size: Self.size
        )
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { convolution.scratchCount }

    /// output is (images, outputs), input (images, inputs).
    public func forward(_ output: RowView, _ input: RowView, _ workspace: Workspace) {
        convolution.forward(output, input, workspace)
    }
}

/// A ``Linear`` layer in training.
public struct TrainableLinear: Sendable {
    private let convolution: TrainablePlainConvolution

    /// The layer whose parameters are in `scope`; its effective weights lie at `offset`, which moves behind them.
    public init(_ layout: ParameterLayout, scope: String, inputs: Int, outputs: Int, at offset: inout Int) {
        convolution = TrainablePlainConvolution(
            layout,
            scope: scope,
            .pointwise(inputChannels: inputs, outputChannels: outputs),
            hasBias: true,
            on: Linear.size,
            at: &offset
        )
    }

    /// Floats of working memory that one call needs.
    public var scratchCount: Int { convolution.convolution.scratchCount }

    /// Puts the parameters into the effective vector and packs them.
    public func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer) {
        convolution.load(effective, parameters)
    }

    /// output is (images, outputs), input (images, inputs).
    public func forward(_ output: RowView, _ input: RowView, _ workspace: TrainingWorkspace) {
        convolution.convolution.forward(output, input, workspace)
    }

    /// Overwrites the input's gradient and writes the effective weights'.
    public func backward(_ inputGradient: RowView, outputGradient: RowView, input: RowView, _ pass: BackwardPass) {
        convolution.convolution.backward(inputGradient, outputGradient: outputGradient, input: input, pass)
    }

    /// Overwrites the parameters' gradient by that of the effective weights.
    public func unfold(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer) {
        convolution.unfold(gradient, effectiveGradient)
    }
}
