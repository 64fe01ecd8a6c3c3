// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Foundation
import SweepPlan
import Vocabulary

/// A model of a sweep, found and digested.
struct PlannedModel: Sendable {
    /// The model as shards name it, with absolute paths, so that a worker in another directory finds it.
    ///
    /// Of a model that the run trains, the digest is the `TrainingIdentity.digest` and no file is handed out: what the
    /// training makes takes their place.
    var spec: ModelSpec
    var facts: ModelFacts
    /// How the run trains the model; nil for one that is there already.
    var training: PlannedTraining?
    /// What asks workers for its scorer; nil for a model that this program computes.
    var external: ExternalModel?
    /// How far two scorings of an image may differ, relative to the greater of both and 1; nil where bits must be equal.
    var tolerance: Double?

    /// The model's name with what is not standard of its likelihood's estimate.
    var label: String { spec.estimate.label(spec.name) }
}

/// A data set of a sweep, found and digested, and the images of it that are scored.
struct PlannedDataset: Sendable {
    /// The data set as shards name it, with absolute paths.
    var spec: DatasetSpec
    /// The files that it was read from, which workers may ask for; nil where there are none.
    var files: ImageDataset.Files?
    /// What the selected images are; its digest, unlike that of `spec`, depends on the selection.
    var slice: DatasetSlice
    /// The selected images, ascending.
    var indices: [UInt32]
    /// The classes of the selected images.
    var labels: [UInt8]
}

/// A sweep file with everything it names found and digested; nothing of its grid is materialised.
struct PlannedSweep: Sendable {
    let sweep: Sweep
    let path: String
    let text: String
    /// What the text sets and selects: of a command line's options, all of them.
    let settings: SweepSettings
    private let models: [String: PlannedModel]
    private let datasets: [String: PlannedDataset]

    var grid: Grid { sweep.grid }

    init(sweep: Sweep, path: String, text: String, models: [String: PlannedModel], datasets: [String: PlannedDataset]) {
        self.sweep = sweep
        self.path = path
        self.text = text
        settings = SweepSettings(of: text)
        self.models = models
        self.datasets = datasets
    }

    /// A model that the grid names.
    func model(_ name: String) -> PlannedModel {
        guard let model = models[name] else { preconditionFailure("the grid names a model '\(name)' without facts") }
        return model
    }

    /// A data set that the grid names.
    func dataset(_ name: String) -> PlannedDataset {
        guard let dataset = datasets[name] else { preconditionFailure("the grid names an unread data set '\(name)'") }
        return dataset
    }

    /// The data sets that the grid names, in its order.
    var usedDatasets: [PlannedDataset] { grid.datasets.map(dataset) }

    func identity(of spec: CellSpec) -> CellIdentity {
        let model = model(spec.model)
        return CellIdentity(
            model: model.spec.digest,
            conditioning: model.spec.conditioning,
            estimate: model.spec.estimate,
            data: dataset(spec.dataset).slice.digest,
            transform: spec.transform,
            seed: spec.seed,
            numericsVersion: NumericsIdentity.version
        )
    }

    /// The images at `positions` of a cell, as an engine is told of them.
    func shard(of cell: CellSpec, at positions: Range<Int>) -> ShardSpec {
        let dataset = dataset(cell.dataset)
        return ShardSpec(
            model: model(cell.model).spec,
            dataset: dataset.spec,
            transform: cell.transform,
            seed: cell.seed,
            indices: Array(dataset.indices[positions])
        )
    }

    /// Who computes the external models, and how their numbers are compared: a line for each.
    var externalLines: [String] {
        grid.models.map(model).compactMap { model in
            guard let external = model.external, let tolerance = model.tolerance else { return nil }
            let comparison = "two scorings of an image agree within \(tolerance), not bit for bit"
            return "\(model.label): workers that offer \(external.caption) compute it; \(comparison)"
        }
    }

    /// Whether some of its models' likelihoods are not taken in the standard way by the engine.
    ///
    /// External models are not counted: whoever offers their scorers knows of them.
    var hasEstimates: Bool {
        grid.models.map(model).contains { $0.external == nil && $0.spec.estimate != .standard }
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
        for spec in grid.models.map({ model($0).spec }) where spec.bytes != nil {
            files[spec.digest] = URL(filePath: spec.location.text)
        }
        let datasets = usedDatasets.map { ($0.spec, $0.files) } + trainings.values.map { ($0.dataset, $0.files) }
        for case (let spec, let paths?) in datasets {
            guard let known = spec.files else { continue }
            files[known.images.digest] = URL(filePath: paths.images)
            files[known.labels.digest] = URL(filePath: paths.labels)
        }
        return files
    }

    /// The trainings that cells of the grid need, by what is trained; models with another likelihood share theirs.
    var trainings: [Digest: PlannedTraining] {
        let all = grid.models.compactMap { model($0).training }
        return Dictionary(all.map { ($0.facts.digest, $0) }) { first, _ in first }
    }

    /// Draws of the images of all cells together.
    func drawCount(cells: Int) -> Int {
        let draws = Set(grid.models.map { model($0).spec.estimate.draws })
        if draws.count <= 1 { return imageCount(cells: cells) * (draws.first ?? 1) }
        return grid.cells.reduce(0) { sum, cell in
            sum + dataset(cell.spec.dataset).indices.count * model(cell.spec.model).spec.estimate.draws
        }
    }

    /// Images of all cells together.
    func imageCount(cells: Int) -> Int {
        let counts = Set(usedDatasets.map(\.indices.count))
        if counts.count <= 1 { return cells * (counts.first ?? 0) }
        return grid.cells.reduce(0) { $0 + dataset($1.spec.dataset).indices.count }
    }
}
