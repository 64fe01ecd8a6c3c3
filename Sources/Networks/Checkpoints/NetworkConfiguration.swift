// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Vocabulary

/// The sizes of one family's network, and what follows from them: all that checkpoints ask of a family.
///
/// A new family's configuration conforms to it and is a case of ``CheckpointMetadata/Architecture``.
protocol NetworkConfiguration: Sendable {
    /// The family whose networks it describes.
    var family: ModelFacts.Family { get }
    /// Rows, columns and channels of the input.
    var height: Int { get }
    var width: Int { get }
    var channels: Int { get }
    /// Levels of latents; 0 by default.
    var levels: Int { get }
    /// Classes that the network knows; 0 by default.
    var classes: Int { get }

    /// Every parameter by name and shape, in the order in which fresh ones are drawn.
    var parameters: [ParameterSpec] { get }
    /// The first values of every parameter by name; `draws(n)` is the random stream of number n's own.
    func firstValues(_ draws: (Int) -> RandomStream) -> [String: [Float]]

    /// The sizes as a checkpoint's metadata spell them.
    var texts: [String: String] { get }
    /// Reads the sizes.
    ///
    /// - Throws: ``CheckpointError`` when a key is missing or no network has such sizes.
    init(_ texts: MetadataTexts) throws(CheckpointError)
}

extension NetworkConfiguration {
    var levels: Int { 0 }
    var classes: Int { 0 }

    /// First values that `draw` gives each parameter by itself.
    func firstValues(
        _ draws: (Int) -> RandomStream,
        _ draw: (ParameterSpec, RandomStream) -> [Float]
    ) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, draw($1, draws($0))) })
    }
}

extension CheckpointMetadata.Architecture {
    /// Reads the sizes of a network of `family`.
    init(_ family: ModelFacts.Family, _ texts: MetadataTexts) throws(CheckpointError) {
        switch family {
        case .glow: self = .glow(try GlowConfiguration(texts))
        case .pixelcnn: self = .pixelcnn(try PixelCNNConfiguration(texts))
        case .resnet: self = .resnet(try ResNetConfiguration(texts))
        case .external: throw texts.error("family", "an external model has no checkpoint")
        }
    }

    /// The network of the paper's size.
    init(standard family: ModelFacts.Family) {
        switch family {
        case .glow: self = .glow(GlowConfiguration())
        case .pixelcnn: self = .pixelcnn(PixelCNNConfiguration())
        case .resnet: self = .resnet(ResNetConfiguration())
        case .external: preconditionFailure("an external model has no network here")
        }
    }

    /// The sizes, whichever the family.
    var configuration: any NetworkConfiguration {
        switch self {
        case .glow(let configuration): configuration
        case .pixelcnn(let configuration): configuration
        case .resnet(let configuration): configuration
        }
    }
}
