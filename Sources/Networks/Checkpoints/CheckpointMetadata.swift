// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a checkpoint says about itself besides its tensors: enough to rebuild the model.
///
/// In the file it is the header's `__metadata__`, texts by key: `bitsweep.format` (1), `family`, `preprocessing`, the
/// keys of the family's configuration, and `provenance` with free text.
public struct CheckpointMetadata: Hashable, Sendable {
    /// The version of the checkpoint layout that this code reads and writes.
    public static let format = 1

    /// The network and its sizes.
    public enum Architecture: Hashable, Sendable {
        /// A flow.
        case glow(GlowConfiguration)
        /// An autoregressive model.
        case pixelcnn(PixelCNNConfiguration)
        /// A classifier.
        case resnet(ResNetConfiguration)
    }

    /// The network and its sizes.
    public var architecture: Architecture
    /// How a data set's image becomes the model's input.
    public var preprocessing: ModelFacts.Preprocessing
    /// Where the weights come from, in free text; empty when unknown.
    public var provenance: String

    /// The metadata of a new checkpoint.
    public init(architecture: Architecture, preprocessing: ModelFacts.Preprocessing, provenance: String) {
        self.architecture = architecture
        self.preprocessing = preprocessing
        self.provenance = provenance
    }

    /// The kind of network.
    var family: ModelFacts.Family {
        switch architecture {
        case .glow: .glow
        case .pixelcnn: .pixelcnn
        case .resnet: .resnet
        }
    }

    /// What planning needs to know of the model whose file has that digest.
    public func facts(digest: Digest) -> ModelFacts {
        switch architecture {
        case .glow(let glow):
            ModelFacts(
                family: .glow,
                height: glow.height,
                width: glow.width,
                channels: glow.channels,
                levels: glow.levels,
                classes: glow.classes,
                preprocessing: preprocessing,
                digest: digest
            )
        case .pixelcnn(let pixelcnn):
            ModelFacts(
                family: .pixelcnn,
                height: pixelcnn.height,
                width: pixelcnn.width,
                channels: pixelcnn.channels,
                levels: 0,
                classes: 0,
                preprocessing: preprocessing,
                digest: digest
            )
        case .resnet(let resnet):
            ModelFacts(
                family: .resnet,
                height: resnet.height,
                width: resnet.width,
                channels: resnet.channels,
                levels: 0,
                classes: resnet.classes,
                preprocessing: preprocessing,
                digest: digest
            )
        }
    }
}

extension CheckpointMetadata {
    /// Reads the texts of a file's header; keys it does not know are left alone.
    ///
    /// - Throws: ``CheckpointError`` when a key is missing or has an impossible value.
    public init(_ texts: [String: String], file: String) throws(CheckpointError) {
        guard texts["bitsweep.format"] != nil else {
            let problem = "not a BitSweep checkpoint; weights of other projects must be imported first"
            throw CheckpointError(file: file, problem)
        }
        let texts = MetadataTexts(texts, file: file)
        let format = try texts.integer("bitsweep.format", in: 0...Int.max)
        guard format == Self.format else {
            throw texts.error("bitsweep.format", "format \(format); this program reads format \(Self.format)")
        }
        switch try texts.choice("family", ModelFacts.Family.self) {
        case .glow: architecture = .glow(try GlowConfiguration(texts))
        case .pixelcnn: architecture = .pixelcnn(try PixelCNNConfiguration(texts))
        case .resnet: architecture = .resnet(try ResNetConfiguration(texts))
        }
        preprocessing = try texts.choice("preprocessing", ModelFacts.Preprocessing.self)
        provenance = texts["provenance"] ?? ""
    }

    /// The texts of a file's header.
    public var texts: [String: String] {
        var texts = [
            "bitsweep.format": "\(Self.format)", "family": family.rawValue, "preprocessing": preprocessing.rawValue,
        ]
        if !provenance.isEmpty { texts["provenance"] = provenance }
        switch architecture {
        case .glow(let glow): texts.merge(glow.texts) { own, _ in own }
        case .pixelcnn(let pixelcnn): texts.merge(pixelcnn.texts) { own, _ in own }
        case .resnet(let resnet): texts.merge(resnet.texts) { own, _ in own }
        }
        return texts
    }
}
