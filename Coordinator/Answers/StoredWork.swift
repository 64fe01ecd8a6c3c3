// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Engine
import Files
import Foundation
import Networks
import ResultStore
import SweepPlan
import Vocabulary

/// Finds again what stored cells were computed from, so that a part of them can be computed once more.
final class StoredWork {
    private let store: ResultStore
    private let datasets: RunDatasets
    /// Files that may be the checkpoints, by their digests.
    private let offered: [Digest: String]
    /// How a user names a file that is missing.
    private let advice: String
    /// Models that were found, by the digest of a cell.
    private var found: [Digest: (location: ModelLocation, file: Digest)] = [:]

    /// What the cells of `run` were computed from; each model's file is looked at once.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - store: Its store.
    ///   - library: Where data sets are looked for.
    ///   - checkpoints: Files that are taken for checkpoints whose own path leads nowhere, each where its digest fits.
    ///   - advice: How a user names a checkpoint that is missing.
    /// - Throws: `MissingSource`, `ResultStoreError`.
    init(
        of run: RunRecord,
        in store: ResultStore,
        library: DatasetLibrary,
        checkpoints: [String] = [],
        advice: String = "name the file with --checkpoint"
    ) throws {
        (self.store, self.advice) = (store, advice)
        datasets = try RunDatasets(of: run, in: store, library: library)
        offered = try Dictionary(checkpoints.map { (try StoredWork.digest(ofFile: $0), $0) }) { first, _ in first }
    }

    /// The work that scores the images at `indices` as `cell` does.
    ///
    /// - Throws: `MissingSource` with what is needed.
    func shard(of cell: RunCell, indices: [UInt32]) throws -> ShardSpec {
        guard let transform = try? TransformSpec(name: cell.transform, parameters: cell.parameters) else {
            throw MissingSource("cell \(cell.id): this version does not know the transformation '\(cell.transform)'")
        }
        let dataset = try datasets.dataset(of: cell)
        guard let source = datasets.source(of: cell) else {
            throw MissingSource("the sweep file of the run does not name the data set '\(cell.dataset)'")
        }
        return ShardSpec(
            model: try model(of: cell),
            dataset: DatasetSpec(
                name: cell.dataset,
                source: source.absolute,
                split: cell.split,
                content: dataset.digest
            ),
            transform: transform,
            seed: cell.seed,
            indices: indices
        )
    }

    /// The model that scored `cell`, by a file that has its very digest.
    ///
    /// - Throws: `MissingSource` with what is needed.
    func model(of cell: RunCell) throws -> ModelSpec {
        let digest = try store.identity(of: cell.id).model
        let model = try found[digest] ?? model(digest, of: cell)
        found[digest] = model
        return ModelSpec(
            name: cell.model,
            location: model.location,
            digest: model.file,
            conditioning: cell.conditioning,
            estimate: cell.estimate
        )
    }

    /// Whether the model of `cell` pays for an image pixel by pixel, so that code lengths are to be had of it.
    ///
    /// - Throws: `MissingSource` with what is needed; what keeps the file from being read.
    func isAutoregressive(_ cell: RunCell) throws -> Bool {
        try model(of: cell).location.facts().family == .pixelcnn
    }

    private func model(_ digest: Digest, of cell: RunCell) throws -> (location: ModelLocation, file: Digest) {
        guard let reference = datasets.sweep.models[cell.model] else {
            throw MissingSource("the sweep file of the run does not name the model '\(cell.model)'")
        }
        func checkpoint(_ path: String, _ digest: Digest) -> (ModelLocation, Digest) {
            (ModelLocation(.checkpoint(path: path)), digest)
        }
        switch reference.source {
        case .family, .external: return (ModelLocation(reference.source), digest)
        case .recipe(let path):
            if let trained = TrainedModels(store: store.path).intactCheckpoint(of: digest) {
                return checkpoint(trained.url.path, trained.reference.digest)
            }
            throw MissingSource(
                "model '\(cell.model)', which the run trained by \(path), is not in \(store.path).models any more; "
                    + "copy that folder beside the store"
            )
        case .checkpoint(let path):
            let absolute = URL(filePath: path).standardizedFileURL.path
            if (try? Self.digest(ofFile: absolute)) == digest { return checkpoint(absolute, digest) }
            if let other = offered[digest] { return checkpoint(other, digest) }
            let there = FileManager.default.fileExists(atPath: absolute) ? "holds another one" : "is not there"
            throw MissingSource(
                "model '\(cell.model)' needs the checkpoint with SHA-256 \(digest); \(absolute) \(there): "
                    + advice
            )
        }
    }

    private static func digest(ofFile path: String) throws -> Digest {
        do {
            return Digest(of: try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
        } catch {
            throw MissingSource("\(path): \(SystemReason.text(of: error))")
        }
    }
}
