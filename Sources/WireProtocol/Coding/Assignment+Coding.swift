// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension Assignment {
    var proto: ProtoAssign {
        var proto = ProtoAssign()
        proto.attempt = attempt.proto
        proto.model = spec.model.proto
        proto.dataset = spec.dataset.proto
        proto.transform = spec.transform.proto
        proto.seed = spec.seed
        proto.indexSteps = IndexSteps.steps(spec.indices)
        if let grant { proto.mark = Data(grant.mark) }
        return proto
    }

    init(_ proto: ProtoAssign) throws(WireError) {
        let attempt = try AttemptIdentity(proto.attempt, "assign.attempt")
        self.init(
            attempt: attempt,
            spec: ShardSpec(
                model: try ModelSpec(proto.model),
                dataset: try DatasetSpec(proto.dataset),
                transform: try TransformSpec(proto.transform, "assign.transform"),
                seed: proto.seed,
                indices: try IndexSteps.indices(proto.indexSteps, of: attempt.shard, "assign.index_steps")
            )
        )
        grant = try Grant.optionalMark(proto.mark, "assign.mark").map { Grant(attempts: [attempt], mark: $0) }
    }
}

extension ModelSpec {
    var proto: ProtoModel {
        var proto = ProtoModel()
        proto.name = name
        proto.checkpoint = location.text
        proto.digest = .init(digest.bytes)
        proto.conditioning = conditioning.proto
        if let estimate = estimate.proto { proto.estimate = estimate }
        if let bytes { proto.checkpointBytes = UInt64(clamping: bytes) }
        return proto
    }

    init(_ proto: ProtoModel) throws(WireError) {
        guard let conditioning = Conditioning.allCases.first(where: { $0.proto == proto.conditioning }) else {
            throw .invalidField("assign.model.conditioning", reason: "code \(proto.conditioning.rawValue) is unknown")
        }
        self.init(
            name: try FieldCheck.name(proto.name, "assign.model.name"),
            location: ModelLocation(text: try FieldCheck.path(proto.checkpoint, "assign.model.checkpoint")),
            digest: try FieldCheck.digest(proto.digest, "assign.model.digest"),
            conditioning: conditioning,
            estimate: proto.hasEstimate ? try LikelihoodEstimate(proto.estimate, "assign.model.estimate") : .standard
        )
        if proto.hasCheckpointBytes {
            let field: StaticString = "assign.model.checkpoint_bytes"
            bytes = try FieldCheck.count(proto.checkpointBytes, field, limit: WireLimits.artifactBytes)
        }
    }
}

extension Conditioning {
    var proto: ProtoModel.Conditioning {
        switch self {
        case .label: .label
        case .marginal: .marginal
        }
    }
}

extension DatasetSpec {
    var proto: ProtoDataset {
        var proto = ProtoDataset()
        proto.name = name
        proto.split = split
        proto.digest = .init(content.bytes)
        switch source {
        case .builtin(let name):
            proto.builtin = name
        case .idx(let images, let labels):
            proto.idx.images = images
            proto.idx.labels = labels
        }
        if let files {
            proto.imagesFile = files.images.proto
            proto.labelsFile = files.labels.proto
        }
        return proto
    }

    init(_ proto: ProtoDataset) throws(WireError) {
        let source: DatasetSource
        switch proto.source {
        case .builtin(let name):
            source = .builtin(try FieldCheck.name(name, "assign.dataset.builtin"))
        case .idx(let files):
            source = .idx(
                images: try FieldCheck.path(files.images, "assign.dataset.idx.images"),
                labels: try FieldCheck.path(files.labels, "assign.dataset.idx.labels")
            )
        case nil:
            throw .invalidField("assign.dataset.source", reason: "missing")
        }
        self.init(
            name: try FieldCheck.name(proto.name, "assign.dataset.name"),
            source: source,
            split: try FieldCheck.name(proto.split, "assign.dataset.split"),
            content: try FieldCheck.digest(proto.digest, "assign.dataset.digest")
        )
        if proto.hasImagesFile || proto.hasLabelsFile {
            files = Files(
                images: try ArtifactReference(proto.imagesFile, "assign.dataset.images_file"),
                labels: try ArtifactReference(proto.labelsFile, "assign.dataset.labels_file")
            )
        }
    }
}

extension TransformSpec {
    var proto: ProtoTransform {
        var proto = ProtoTransform()
        proto.name = name
        proto.parameters = parameters
        return proto
    }

    init(_ proto: ProtoTransform, _ field: StaticString) throws(WireError) {
        do {
            try self.init(name: proto.name, parameters: proto.parameters)
        } catch {
            throw .invalidField("\(field)", reason: "\(error)")
        }
    }
}
