// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Foundation
import SweepPlan
import Vocabulary
import WireProtocol

/// A sweep file with everything it names found and digested; nothing of its grid is materialised.
struct PlannedSweep: Sendable {
    /// A model of the sweep.
    struct Model: Sendable {
        /// Where the checkpoint lies, as an absolute path, so that a worker in another directory finds it.
        var path: String
        var facts: ModelFacts
        var conditioning: Conditioning
        /// Size of the checkpoint's file; nil for fresh weights, which every machine makes itself, and before a training.
        var bytes: Int?
        /// How the run trains the model; nil for one that is there already.
        var training: PlannedTraining?
    }

    /// A data set of the sweep and the images of it that are scored.
    struct Dataset: Sendable {
        var source: DatasetSource
        var slice: DatasetSlice
        /// Digest of the split's images and labels.
        var content: Digest
        /// The two files of the user's own data set; nil for a built-in one, which every machine finds itself.
        var files: Assignment.Dataset.Files?
        /// The selected images, ascending.
        var indices: [UInt32]
        /// The classes of the selected images.
        var labels: [UInt8]
    }

    let sweep: Sweep
    let path: String
    let text: String
    private let models: [String: Model]
    private let datasets: [String: Dataset]

    var grid: Grid { sweep.grid }

    init(sweep: Sweep, path: String, text: String, models: [String: Model], datasets: [String: Dataset]) {
        self.sweep = sweep
        self.path = path
        self.text = text
        self.models = models
        self.datasets = datasets
    }

    /// A model that the grid names.
    func model(_ name: String) -> Model {
        guard let model = models[name] else { preconditionFailure("the grid names a model '\(name)' without facts") }
        return model
    }

    /// A data set that the grid names.
    func dataset(_ name: String) -> Dataset {
        guard let dataset = datasets[name] else { preconditionFailure("the grid names an unread data set '\(name)'") }
        return dataset
    }

    /// The data sets that the grid names, in its order.
    var usedDatasets: [Dataset] { grid.datasets.map(dataset) }

    func identity(of spec: CellSpec) -> CellIdentity {
        let model = model(spec.model)
        return CellIdentity(
            model: model.facts.digest,
            conditioning: model.conditioning,
            data: dataset(spec.dataset).slice.digest,
            transform: spec.transform,
            seed: spec.seed,
            numericsVersion: NumericsIdentity.version
        )
    }

    /// The arithmetic that the cells' ids are of.
    var numericsVersion: UInt32 { NumericsIdentity.version }

    /// What makes two runs runs of the same sweep: the file's text, the models and the images, not their paths.
    var digest: Digest {
        var lines = ["bitsweep sweep 1", "text \(Digest(of: text.utf8))", "numerics \(NumericsIdentity.version)"]
        lines += grid.models.map { "model \($0) \(model($0).facts.digest)" }
        lines += grid.datasets.map { "data \($0) \(dataset($0).slice.digest)" }
        return Digest(of: lines.joined(separator: "\n").utf8)
    }

    /// Where the files lie that workers may ask for, by their digests.
    var artifacts: [Digest: URL] {
        var files: [Digest: URL] = [:]
        for model in grid.models.map(model) where model.bytes != nil {
            files[model.facts.digest] = URL(filePath: model.path)
        }
        let scored = usedDatasets.map { ($0.source, $0.files) }
        let trainedOn = trainings.values.map { ($0.dataset.source, $0.dataset.files) }
        for case (.idx(let images, let labels), let known?) in scored + trainedOn {
            files[known.images.digest] = URL(filePath: images)
            files[known.labels.digest] = URL(filePath: labels)
        }
        return files
    }

    /// The trainings that cells of the grid need, by what is trained; models with another conditioning share theirs.
    var trainings: [Digest: PlannedTraining] {
        let all = grid.models.compactMap { model($0).training }
        return Dictionary(all.map { ($0.facts.digest, $0) }) { first, _ in first }
    }

    /// Images of all cells together.
    func imageCount(cells: Int) -> Int {
        let counts = Set(usedDatasets.map(\.indices.count))
        if counts.count <= 1 { return cells * (counts.first ?? 0) }
        return grid.cells.reduce(0) { $0 + dataset($1.spec.dataset).indices.count }
    }
}
