// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Layers
public import Vocabulary

/// What a checkpoint says about itself besides its tensors: enough to rebuild the model.
///
/// In the file it is the header's `__metadata__`, texts by key: `bitsweep.format` (1), `family`, `preprocessing`, the
/// keys of the family's configuration, `provenance` with free text, and what ``TrainingHistory`` says.
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
    /// The trainings that made the weights, where the file tells them key by key.
    public var training: TrainingHistory?

    /// The metadata of a new checkpoint.
    public init(
        architecture: Architecture,
        preprocessing: ModelFacts.Preprocessing,
        provenance: String,
        training: TrainingHistory? = nil
    ) {
        self.architecture = architecture
        self.preprocessing = preprocessing
        self.provenance = provenance
        self.training = training
    }

    /// The trainings that made the weights, as far as the file tells; of an older one what its provenance says.
    public var history: TrainingHistory {
        if let training { return training }
        if provenance.isEmpty { return TrainingHistory() }
        let leg = TrainingLeg(provenance: provenance)
        // What made the checkpoint that it started from nobody says.
        return TrainingHistory(leg.start == nil ? [leg] : [TrainingLeg(), leg])
    }

    /// The kind of network.
    var family: ModelFacts.Family { architecture.configuration.family }

    /// Every parameter of the model, by name and shape.
    public var parameters: [ParameterSpec] { architecture.configuration.parameters }

    /// How many numbers the model's parameters have together.
    package var numberCount: Int { parameters.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    /// What planning needs to know of the model whose file has that digest.
    public func facts(digest: Digest) -> ModelFacts {
        let configuration = architecture.configuration
        return ModelFacts(
            family: configuration.family,
            height: configuration.height,
            width: configuration.width,
            channels: configuration.channels,
            levels: configuration.levels,
            classes: configuration.classes,
            preprocessing: preprocessing,
            digest: digest
        )
    }
}

extension CheckpointMetadata {
    /// Reads the texts of a file's header; keys it does not know are left alone.
    ///
    /// - Throws: ``CheckpointError`` when a key is missing or has an impossible value.
    public init(_ texts: [String: String], file: String) throws(CheckpointError) {
        guard texts["bitsweep.format"] != nil else {
            let problem = "not a BitSweep checkpoint; 'worker import' makes one of another project's weights"
            throw CheckpointError(file: file, problem)
        }
        let texts = MetadataTexts(texts, file: file)
        let format = try texts.integer("bitsweep.format", in: 0...Int.max)
        guard format == Self.format else {
            throw texts.error("bitsweep.format", "format \(format); this program reads format \(Self.format)")
        }
        architecture = try Architecture(texts.choice("family", ModelFacts.Family.self), texts)
        preprocessing = try texts.choice("preprocessing", ModelFacts.Preprocessing.self)
        provenance = texts["provenance"] ?? ""
        training = try TrainingHistory(texts)
    }

    /// The texts of a file's header.
    public var texts: [String: String] {
        var texts = [
            "bitsweep.format": "\(Self.format)", "family": family.rawValue, "preprocessing": preprocessing.rawValue,
        ]
        if !provenance.isEmpty { texts["provenance"] = provenance }
        if let training { texts.merge(training.texts) { own, _ in own } }
        return texts.merging(architecture.configuration.texts) { own, _ in own }
    }
}
