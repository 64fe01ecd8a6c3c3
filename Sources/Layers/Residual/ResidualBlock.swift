// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Sizes of a ``ResidualBlock``: where it has more channels than its input, it halves the image.
public struct ResidualBlockShape: Hashable, Sendable {
    /// What the block reads.
    public let input: ImageExtent
    /// Channels that it writes.
    public let channels: Int

    /// A block from images of `input` to `channels` channels.
    public init(input: ImageExtent, channels: Int) {
        self.input = input
        self.channels = channels
    }

    /// What the block writes.
    public var output: ImageExtent { input.reduced(by: stride, channels: channels) }

    /// Pixels of the input from output to output.
    var stride: Int { channels > input.channels ? 2 : 1 }

    /// The way around the block.
    var shortcut: IdentityShortcut { IdentityShortcut(input, stride: stride) }

    /// The parameters, in the scopes `first` and `second`.
    public var parameters: [ParameterSpec] {
        NormalisedConvolution.parameters(inputs: input.channels, outputs: channels).map { $0.scoped("first") }
            + NormalisedConvolution.parameters(inputs: channels, outputs: channels).map { $0.scoped("second") }
    }
}

/// Two 3×3 convolutions and the way around them, y = relu(second(relu(first(x))) + shortcut(x)).
public struct ResidualBlock: Sendable {
    private let first: NormalisedConvolution
    private let second: NormalisedConvolution
    private let shortcut: IdentityShortcut
    /// What it writes.
    public let output: ImageExtent

    /// Takes its parameters from `parameters`.
    public init(_ parameters: ParameterSet, _ shape: ResidualBlockShape) {
        first = NormalisedConvolution(parameters.scope("first"), extent: shape.input, stride: shape.stride)
        second = NormalisedConvolution(parameters.scope("second"), extent: shape.output)
        shortcut = shape.shortcut
        output = shape.output
    }

    /// The memory a call needs.
    public var demand: Workspace.Demand {
        Workspace.Demand(scratch: max(first.scratchCount, second.scratchCount))
    }

    /// y and the hidden activations are (images, H′, W′, C′), x (images, H, W, C).
    public func forward(_ y: RowView, hidden: RowView, _ x: RowView, _ workspace: Workspace) {
        first.forward(hidden, x, workspace)
        shortcut.forward(y, x)
        second.forward(y, hidden, accumulating: true, workspace)
    }
}

/// One convolution of a ``ResidualBlock``, or of a classifier's stem, in training.
///
/// The layers of a classifier follow one another: each reads what the one before it wrote. The second of a block adds,
/// before its rectifier, what the block read: the output of the layer two before it.
public struct TrainableResidualLayer: Sendable {
    /// Its place among the parameters.
    public let name: String
    /// The convolution and its normalisation.
    public let convolution: TrainableNormalisedConvolution
    /// The way around the block that the layer ends, or nil.
    public let shortcut: IdentityShortcut?

    /// The layer of that convolution, whose parameters are called `name`.
    public init(_ name: String, _ convolution: TrainableNormalisedConvolution, shortcut: IdentityShortcut? = nil) {
        self.name = name
        self.convolution = convolution
        self.shortcut = shortcut
    }

    /// The two layers of the block whose parameters are in `scope`.
    ///
    /// Their effective weights lie at `offset`, which moves behind them.
    public static func block(
        _ layout: ParameterLayout,
        scope: String,
        _ shape: ResidualBlockShape,
        at offset: inout Int
    ) -> [TrainableResidualLayer] {
        let (first, second) = ("\(scope).first", "\(scope).second")
        let reducing = TrainableNormalisedConvolution(
            layout,
            scope: first,
            from: shape.input,
            channels: shape.channels,
            stride: shape.stride,
            at: &offset
        )
        let keeping = TrainableNormalisedConvolution(
            layout,
            scope: second,
            from: shape.output,
            channels: shape.channels,
            at: &offset
        )
        return [
            TrainableResidualLayer(first, reducing),
            TrainableResidualLayer(second, keeping, shortcut: shape.shortcut),
        ]
    }

    /// What the layer writes.
    public var output: ImageExtent { convolution.output }
}
