// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Files
import Foundation
import Networks
import ResultStore
import SweepPlan
import Vocabulary

/// Finds again what stored cells were computed from, so that a part of them can be computed once more.
struct StoredWork {
    private let store: ResultStore
    private let datasets: RunDatasets
    /// Files that may be the checkpoints, by their digests.
    private let offered: [Digest: String]

    /// What the cells of `run` were computed from.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - store: Its store.
    ///   - library: Where data sets are looked for.
    ///   - checkpoints: Files that are taken for checkpoints whose own path leads nowhere, each where its digest fits.
    /// - Throws: `MissingSource`, `ResultStoreError`.
    init(of run: RunRecord, in store: ResultStore, library: DatasetLibrary, checkpoints: [String] = []) throws {
        self.store = store
        datasets = try RunDatasets(of: run, in: store, library: library)
        offered = try Dictionary(checkpoints.map { (try Self.digest(ofFile: $0), $0) }) { first, _ in first }
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
    private func model(of cell: RunCell) throws -> ModelSpec {
        let digest = try store.identity(of: cell.id).model
        guard let reference = datasets.sweep.models[cell.model] else {
            throw MissingSource("the sweep file of the run does not name the model '\(cell.model)'")
        }
        func spec(_ source: ModelReference.Source, _ digest: Digest) -> ModelSpec {
            ModelSpec(
                name: cell.model,
                location: ModelLocation(source),
                digest: digest,
                conditioning: cell.conditioning,
                estimate: cell.estimate
            )
        }
        switch reference.source {
        case .family: return spec(reference.source, digest)
        case .recipe(let path):
            if let trained = TrainedModels(store: store.path).checkpoint(of: digest) {
                return spec(.checkpoint(path: trained.url.path), trained.reference.digest)
            }
            throw MissingSource(
                "model '\(cell.model)', which the run trained by \(path), is not in \(store.path).models any more; "
                    + "copy that folder beside the store"
            )
        case .checkpoint(let path):
            let absolute = URL(filePath: path).standardizedFileURL.path
            if (try? Self.digest(ofFile: absolute)) == digest { return spec(.checkpoint(path: absolute), digest) }
            if let other = offered[digest] { return spec(.checkpoint(path: other), digest) }
            let there = FileManager.default.fileExists(atPath: absolute) ? "holds another one" : "is not there"
            throw MissingSource(
                "model '\(cell.model)' needs the checkpoint with SHA-256 \(digest); \(absolute) \(there): "
                    + "name the file with --checkpoint"
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
