// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The network that a recipe trains.
public struct RecipeModel: Hashable, Sendable {
    /// A network and what is its own.
    public enum Network: Hashable, Sendable {
        /// A flow.
        case glow(GlowSizes)
        /// An autoregressive model.
        case pixelcnn(PixelCNNSizes)
        /// The classifier of eight layers.
        case resnet(classes: Int)

        /// The family that the network is of.
        var family: ModelFacts.Family {
            switch self {
            case .glow: .glow
            case .pixelcnn: .pixelcnn
            case .resnet: .resnet
            }
        }
    }

    /// The sizes of a flow; the paper's unless said otherwise (Table 2).
    public struct GlowSizes: Hashable, Sendable {
        /// How a coupling moves its half of the channels.
        public enum CouplingKind: String, Hashable, Sendable, CaseIterable {
            /// Shift and scale.
            case affine
            /// Shift alone.
            case additive
        }

        /// Times the image is squeezed.
        public var levels = 5
        /// Flow steps of each level.
        public var steps = 8
        /// Channels of the coupling networks' hidden layers.
        public var hiddenChannels = 128
        /// How couplings act.
        public var coupling = CouplingKind.affine
        /// Classes the prior is conditioned on; 0 for an unconditional model.
        public var classes = 10
        /// Whether the last level's prior has parameters of its own besides those of the classes.
        public var learnedTop = true

        /// The paper's affine model.
        public init() {}
    }

    /// The sizes of an autoregressive model; the paper's unless said otherwise (Table 3).
    public struct PixelCNNSizes: Hashable, Sendable {
        /// Channels of every activation.
        public var filters = 100
        /// Gated residual blocks of each stage.
        public var blocks = 2
        /// Logistic distributions in the mixture of a pixel.
        public var mixtures = 3
        /// Part of the units dropped in training; a multiple of 1/256, below 1.
        public var dropout = 0.5

        /// The paper's model.
        public init() {}
    }

    /// The network and what is its own.
    public var network: Network
    /// Rows of the input.
    public var height: Int
    /// Columns of the input.
    public var width: Int
    /// Values of a pixel: 1 or 3.
    public var channels: Int

    /// A network for images of the paper's size unless said otherwise: 28×28 for an autoregressive model, else 32×32.
    public init(_ network: Network, height: Int? = nil, width: Int? = nil, channels: Int = 1) {
        self.network = network
        self.height = height ?? network.family.standardSide
        self.width = width ?? network.family.standardSide
        self.channels = channels
    }

    /// The kind of network.
    public var family: ModelFacts.Family { network.family }

    /// Classes that the model knows; 0 when it knows none.
    public var classes: Int {
        switch network {
        case .glow(let glow): glow.classes
        case .pixelcnn: 0
        case .resnet(let classes): classes
        }
    }
}
