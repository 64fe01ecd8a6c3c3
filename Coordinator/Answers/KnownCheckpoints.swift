// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Networks
import ResultStore
import Vocabulary

/// What the checkpoints behind runs say of themselves, as far as their files are found.
enum KnownCheckpoints {
    /// The facts of each checkpoint, by the digest that cells have.
    ///
    /// - Parameters:
    ///   - runs: Runs of one store, whose sweep files say where checkpoints are.
    ///   - store: The store.
    ///   - folders: More folders with checkpoints.
    /// - Returns: The facts; nothing of a checkpoint that is not to be had.
    /// - Throws: `ResultStoreError`.
    static func facts(
        of runs: [RunRecord],
        in store: ResultStore,
        folders: [String] = []
    ) throws -> [Digest: CheckpointFacts] {
        let files = SweepFiles(
            sweeps: try SweepFiles.texts(of: runs, in: store),
            store: store.path,
            folders: folders,
            library: DatasetLibrary()
        )
        var names: [Digest: String] = [:]
        for run in runs {
            // Each model of a run has such a cell where anything is compared.
            for cell in try store.cells(of: run.id) where cell.isIdentity {
                names[try store.identity(of: cell.id).model] = cell.model
            }
        }
        return names.reduce(into: [:]) { known, model in
            let reported = ReportedModel(name: model.value, digest: model.key, files: files)
            guard let metadata = reported.metadata else { return }
            let facts = metadata.facts(digest: model.key)
            known[model.key] = CheckpointFacts(
                dataset: CheckpointFacts.dataset(ofProvenance: metadata.provenance),
                preprocessing: facts.preprocessing,
                isConditional: facts.classes > 0
            )
        }
    }
}
