// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Foundation
import ResultStore
import SweepPlan
import Vocabulary

/// Takes a file of scores into a store, as a run of its own whose numbers are marked as imported.
struct ScoreImport {
    let file: ScoreFile
    /// What distinguishes these scores from others of a model of that name.
    let version: String
    /// The images' files by the names of data sets that are not built in.
    let sources: [String: DatasetSource]
    let library: DatasetLibrary

    /// What was taken.
    struct Outcome {
        var run: String
        var cells = 0
        var images = 0
        /// Images of which the store had the scores already.
        var known = 0
        /// Values of `bpd` that are no finite numbers.
        var notFinite = 0
    }

    /// A cell with its images and its table.
    private struct Cell {
        var entry: CellEntry
        var dataset: ImageDataset
        var table: ResultTable
        /// The line of the file in which its first row is.
        var line: Int
    }

    /// Takes everything, or nothing where something of it is wrong.
    ///
    /// - Throws: `ScoreFileError` with file and line; `ResultStoreError`.
    func take(into store: ResultStore, at now: Date) throws -> Outcome {
        var datasets: [String: ImageDataset] = [:]
        var models: [String: ExternalModel] = [:]
        let cells = try file.cells.map { key, rows in
            let place = "\(key.dataset) \(key.split)"
            let dataset = try datasets[place] ?? load(key, rows)
            datasets[place] = dataset
            let model = model(key, dataset)
            if let other = models[key.model], other != model {
                let problem = "model '\(key.model)' has images of another size in an earlier line"
                throw ScoreFileError(file.path, line: rows[0].line, "\(problem); give them another model's name")
            }
            models[key.model] = model
            return try cell(key, rows, dataset, model)
        }
        return try record(cells, models, into: store, at: now)
    }

    private func load(_ key: ScoreFile.Key, _ rows: [ScoreFile.Row]) throws -> ImageDataset {
        let isBuiltin = DatasetSource.builtinNames.contains(key.dataset)
        guard let source = sources[key.dataset] ?? (isBuiltin ? .builtin(key.dataset) : nil) else {
            let known = DatasetSource.builtinNames.joined(separator: ", ")
            let remedy = "give its files: --images \(key.dataset)=PATH --labels \(key.dataset)=PATH"
            throw ScoreFileError(
                file.path,
                line: rows[0].line,
                "data set '\(key.dataset)' is none of \(known); \(remedy)"
            )
        }
        do {
            return try library.load(source, name: key.dataset, split: key.split)
        } catch {
            throw ScoreFileError(file.path, line: rows[0].line, "\(error)")
        }
    }

    private func model(_ key: ScoreFile.Key, _ dataset: ImageDataset) -> ExternalModel {
        let shape = dataset.shape
        return ExternalModel(
            scorer: key.model,
            version: version,
            input: ExternalModel.Input(height: shape.height, width: shape.width, channels: shape.channels)
        )
    }

    private func cell(
        _ key: ScoreFile.Key,
        _ rows: [ScoreFile.Row],
        _ dataset: ImageDataset,
        _ model: ExternalModel
    ) throws -> Cell {
        let rows = rows.sorted { $0.index < $1.index }
        for row in rows {
            guard row.index < dataset.count else {
                let size = "the \(key.split) split of '\(key.dataset)' has \(counted(dataset.count, "image"))"
                throw ScoreFileError(file.path, line: row.line, "index \(row.index): \(size)")
            }
            let label = Int(dataset.labels[Int(row.index)])
            guard row.label == nil || row.label == label else {
                let found = "label \(row.label ?? 0), and image \(row.index) of '\(key.dataset)' is of class \(label)"
                throw ScoreFileError(file.path, line: row.line, "\(found): are these the same images?")
            }
        }
        let indices = rows.map(\.index)
        let slice = DatasetSlice(name: key.dataset, split: key.split, content: dataset.digest, indices: indices)
        let identity = CellIdentity(
            model: model.digest,
            conditioning: .label,
            estimate: LikelihoodEstimate(kind: .imported),
            data: slice.digest,
            transform: key.transform,
            seed: key.seed,
            numericsVersion: NumericsIdentity.version
        )
        let entry = CellEntry(id: identity.id, identity: identity, model: key.model, slice: slice)
        let table = ResultTable(indices: indices, columns: columns(rows, model.input.dimensions))
        return Cell(entry: entry, dataset: dataset, table: table, line: rows[0].line)
    }

    /// `bpd` and `nll` first, each made of the other where the file has one of them.
    private func columns(_ rows: [ScoreFile.Row], _ dimensions: Int) -> [ResultTable.Column] {
        let named = file.columns.enumerated().map { place, name in
            ResultTable.Column(name: name, values: rows.map { $0.values[place] })
        }
        func values(_ name: String) -> [Float]? { named.first { $0.name == name }?.values }
        let scale = log(2) * Double(dimensions)
        let bpd = values("bpd") ?? values("nll")?.map { Float(Double($0) / scale) } ?? []
        let nll = values("nll") ?? values("bpd")?.map { Float(Double($0) * scale) } ?? []
        return ExternalModel.likelihood(bpd: bpd, nll: nll) + named.filter { $0.name != "bpd" && $0.name != "nll" }
    }

    private func record(
        _ cells: [Cell],
        _ models: [String: ExternalModel],
        into store: ResultStore,
        at now: Date
    ) throws -> Outcome {
        let name = file.name
        let text = sweepText(name, models, cells)
        let request = RunRequest(
            id: RunID.make(sweep: name, at: now),
            sweep: name,
            path: URL(filePath: file.path).standardizedFileURL.path,
            text: text,
            digest: Digest(of: (["bitsweep import 1"] + cells.map { "\($0.entry.id)" }).joined(separator: "\n").utf8),
            owner: .own(since: now)
        )
        let run = try store.begin(request, at: now).id
        var outcome = Outcome(run: run)
        for cell in cells {
            let labels = cell.table.indices.map { cell.dataset.labels[Int($0)] }
            try store.addSlice(cell.entry.slice.digest, indices: cell.table.indices, labels: labels)
        }
        try store.setCells(of: run, to: cells.map(\.entry))
        do {
            try add(cells, to: run, in: store, &outcome, at: now)
        } catch {
            try? store.setState(.failed, of: run, at: now)
            throw error
        }
        try store.setState(.complete, of: run, at: now)
        return outcome
    }

    private func add(
        _ cells: [Cell],
        to run: String,
        in store: ResultStore,
        _ outcome: inout Outcome,
        at now: Date
    ) throws {
        let origin = PartOrigin(worker: "import", host: ProcessInfo.processInfo.hostName, isa: "imported")
        for cell in cells {
            let shard = Shard(cell: cell.entry.id, lower: 0, upper: cell.table.indices.count)
            let attempt = AttemptIdentity(shard: shard, attempt: 1, epoch: 1)
            var part = RecordedPart(attempt: attempt, table: cell.table, origin: origin, seconds: 0)
            part.tolerance = 0
            for result in try store.record([part], in: run, at: now) {
                try outcome.add(result, of: cell.table, file.path, line: cell.line)
            }
        }
    }

    /// A sweep file that says what the run's models and data sets are, for everybody who asks later.
    private func sweepText(_ name: String, _ models: [String: ExternalModel], _ cells: [Cell]) -> String {
        let names = Set(cells.map(\.entry.slice.name)).sorted()
        let own = names.compactMap { name -> String? in
            guard case .idx(let images, let labels) = sources[name] else { return nil }
            return "  \(name): {images: \(quoted(images)), labels: \(quoted(labels))}"
        }
        let declared = models.sorted { $0.key < $1.key }.map { name, model in
            let (version, input) = (quoted(model.version), model.input)
            let size = "{height: \(input.height), width: \(input.width), channels: \(input.channels)}"
            return "  \(name): {external: \(name), version: \(version), input: \(size)}"
        }
        return """
            # Scores that 'coordinator scores import' took from \(name); no worker computed them.
            version: 1
            name: \(quoted(name))
            models:
            \(declared.joined(separator: "\n"))
            \(own.isEmpty ? "" : "datasets:\n\(own.joined(separator: "\n"))\n")blocks:
              - models: [\(models.keys.sorted().joined(separator: ", "))]
                datasets: [\(names.joined(separator: ", "))]
                transforms: [identity]

            """
    }

    private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}

extension ScoreImport.Outcome {
    /// Counts what became of the table of a cell that begins in `line`.
    fileprivate mutating func add(_ result: PartOutcome, of table: ResultTable, _ path: String, line: Int) throws {
        switch result {
        case .recorded(let new, let duplicates):
            cells += 1
            images += new
            known += duplicates
            notFinite += table["bpd"]?.count { !$0.isFinite } ?? 0
        case .mismatched(let mismatch):
            let image = mismatch.images.first ?? 0
            let recorded = "the store has \(mismatch.column) \(mismatch.recorded) of image \(image) of this cell"
            let remedy = "give new scores a --model-version of their own"
            throw ScoreFileError(path, line: line, "\(recorded), the file \(mismatch.received); \(remedy)")
        case .refused(let reason): throw ScoreFileError(path, line: line, reason)
        }
    }
}
