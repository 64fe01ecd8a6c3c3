// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Networks
import Report
import Reporting
import Vocabulary

/// What a report can say of a model.
struct ReportedModel {
    let name: String
    let digest: Digest
    /// What its checkpoint says of itself; nil where no file of it was found.
    let metadata: CheckpointMetadata?
    /// What a scorer was asked for; nil for a model of the engine's.
    let external: ExternalModel?

    init(name: String, digest: Digest, files: SweepFiles) {
        self.name = name
        self.digest = digest
        let spec = files.model(digest, .label, named: name)
        external = spec?.location.external
        metadata =
            switch spec?.location.source {
            case .checkpoint(let path): try? Checkpoint.metadata(contentsOf: path)
            case .family(let family): try? Checkpoint.initialised(family).metadata
            case .recipe, .external, nil: nil
            }
    }

    /// Numbers of an input, which bits per dimension are per one of; nil where the checkpoint was not found.
    var dimensions: Int? {
        if let external { return external.input.dimensions }
        return metadata.map { metadata in
            let facts = metadata.facts(digest: digest)
            return facts.height * facts.width * facts.channels
        }
    }

    /// What it is, how images become its input, and how it was trained.
    var text: ReportText {
        if let external { return Self.text(external) }
        guard let metadata else {
            return
                "SHA-256 \(.code("\(digest)")). Its checkpoint was not found here: size, preprocessing and training are not known."
        }
        let facts = metadata.facts(digest: digest)
        let size = "\(facts.height)×\(facts.width)×\(facts.channels)"
        let count = HumanText.count(metadata.numberCount)
        let training =
            metadata.provenance.isEmpty
            ? "Its checkpoint does not say how it was trained" : "Training: \(metadata.provenance)"
        return
            "\(Self.family(facts)) with \(count) parameters; D = \(size) = \(HumanText.count(facts.height * facts.width * facts.channels)). \(Self.preparation(facts)) \(training). SHA-256 \(.code("\(digest)"))."
    }

    private static func text(_ external: ExternalModel) -> ReportText {
        let (input, facts) = (external.input, external.facts)
        let size = "\(input.height)×\(input.width)×\(input.channels)"
        let declared = external.declared.map { "it declared the digest \($0)" } ?? "it had to declare no digest"
        return
            "External: not computed by this program but by \(.code(external.scorer)), version \(.code(external.version)), on the worker's machine, or imported; \(declared). D = \(size) = \(HumanText.count(input.dimensions)). \(preparation(facts, scale: "the scorer was given black as \(input.black) and white as \(input.white)")) Identity \(.code("\(external.digest)"))."
    }

    private static func family(_ facts: ModelFacts) -> String {
        let classes = facts.classes > 0 && !facts.family.isClassifier ? ", conditioned on \(facts.classes) classes" : ""
        return switch facts.family {
        case .glow: "Glow of \(facts.levels) levels\(classes)"
        case .pixelcnn: "PixelCNN++\(classes)"
        case .resnet: "Residual classifier of \(facts.classes) classes"
        case .external: "External model"
        }
    }

    private static func preparation(_ facts: ModelFacts, scale given: String? = nil) -> String {
        let size = "\(facts.height)×\(facts.width)"
        let shape =
            switch facts.preprocessing {
            case .resize: "Images are resized to \(size) bilinearly and rounded to 8 bits"
            case .pad: "Images are centred on \(size) black pixels"
            case .none: "Images must be \(size) and are taken as they are"
            }
        let scale =
            switch facts.family.pixelScale {
            case .dequantised:
                "uniform noise dequantises the 8-bit values, the same for an image and its transformed self"
            case .symmetric: "8-bit values are scaled to −1 … 1"
            }
        return "\(shape); \(given ?? scale)."
    }
}
