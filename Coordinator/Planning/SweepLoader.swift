// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Foundation
import Networks
import SweepPlan
import Vocabulary

/// Reads a sweep file and what it names: checkpoints' headers, recipes, data sets' labels.
final class SweepLoader {
    private let library: DatasetLibrary
    private var facts: [ModelReference.Source: Result<ModelFacts, any Error>] = [:]
    private var trainings: [String: Result<PlannedTraining, any Error>] = [:]
    private var datasets: [DatasetKey: Result<ImageDataset, any Error>] = [:]

    private struct DatasetKey: Hashable {
        var source: DatasetSource
        var split: String
    }

    init(library: DatasetLibrary) {
        self.library = library
    }

    /// The sweep in the file at `path`, or in standard input where that is `-`, checked against its models and data sets.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - settings: What is another way than the file says.
    /// - Returns: The sweep.
    /// - Throws: `CommandFailure.usage` with everything that is wrong with the file and the settings, or why it cannot be
    ///   read.
    func load(_ path: String, settings: SweepSettings = .none) throws -> PlannedSweep {
        let input: InputText
        do {
            input = try InputText(path)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        let facts = SweepFacts(
            model: { [self] in modelFacts($0) },
            dataset: { [self] in dataset($0, split: $1).map(\.facts) }
        )
        let settled: SettledText
        do {
            settled = try SettledText(settings, in: input.text, file: input.file)
        } catch {
            throw CommandFailure.usage(error.description)
        }
        let parse = { (text: String) throws in
            try Sweep(parsing: text, file: input.file, facts: facts)
        }
        do {
            let sweep = try parse(settled.text)
            try Self.checkCellsAreLeft(sweep, input.file, settings)
            return try plan(sweep, path: input.file, text: settled.text)
        } catch let error as SweepFileError {
            throw CommandFailure.usage(settled.description(of: error) { _ = try parse($0) })
        }
    }

    /// Refuses a sweep that would compute nothing: its conditions contradict one another.
    private static func checkCellsAreLeft(_ sweep: Sweep, _ path: String, _ settings: SweepSettings) throws {
        let tally = sweep.grid.tally()
        guard tally.cells == 0 else { return }
        if sweep.unselectedCells > 0 {
            let options = settings.isEmpty ? "\(path): only and skip" : settings.texts.joined(separator: " ")
            throw CommandFailure.usage("\(options): no cell is left of \(counted(sweep.unselectedCells, "cell"))")
        }
        let (place, all) = (sweep.blocksPosition, tally.excluded == 1 ? "the only combination" : "all combinations")
        let problem = "no cell is left: exclude and when remove \(all) of the blocks"
        throw CommandFailure.usage("\(path):\(place.line):\(place.column): \(problem)")
    }

    private func plan(_ sweep: Sweep, path: String, text: String) throws -> PlannedSweep {
        var models: [String: PlannedModel] = [:]
        for name in sweep.grid.models {
            guard let reference = sweep.models[name] else { continue }
            let facts = try modelFacts(reference).get()
            let spec = ModelSpec(
                name: name,
                location: ModelLocation(reference.source.absolute),
                digest: facts.digest,
                conditioning: reference.conditioning,
                estimate: reference.estimate,
                bytes: reference.fileSize
            )
            models[name] = PlannedModel(
                spec: spec,
                facts: facts,
                training: try training(of: reference),
                external: reference.external,
                tolerance: reference.tolerance
            )
        }
        var datasets: [String: PlannedDataset] = [:]
        for name in sweep.grid.datasets {
            guard let source = sweep.datasets[name] else { continue }
            let split = sweep.split(of: name)
            let dataset = try dataset(source, split: split).get()
            let planned = try PlannedDataset(name, source, dataset, sweep.images.rule, split: split)
            guard !planned.indices.isEmpty else {
                throw CommandFailure.usage("\(path): images: the selection takes no image of data set '\(name)'")
            }
            datasets[name] = planned
        }
        return PlannedSweep(sweep: sweep, path: path, text: text, models: models, datasets: datasets)
    }

    private func training(of reference: ModelReference) throws -> PlannedTraining? {
        guard case .recipe(let path) = reference.source else { return nil }
        return try training(recipe: path).get()
    }

    private func modelFacts(_ reference: ModelReference) -> Result<ModelFacts, any Error> {
        if let known = facts[reference.source] { return known }
        let found: Result<ModelFacts, any Error> =
            if case .recipe(let path) = reference.source {
                training(recipe: path).map(\.facts)
            } else {
                Result { try ModelLocation(reference.source.absolute).facts() }
            }
        facts[reference.source] = found
        return found
    }

    private func training(recipe path: String) -> Result<PlannedTraining, any Error> {
        if let known = trainings[path] { return known }
        let found = Result {
            try PlannedTraining(recipe: path) { source, split in try self.dataset(source, split: split).get() }
        }
        trainings[path] = found
        return found
    }

    private func dataset(_ source: DatasetSource, split: String) -> Result<ImageDataset, any Error> {
        let key = DatasetKey(source: source, split: split)
        if let known = datasets[key] { return known }
        let found = Result { try library.load(source, name: source.name, split: split) }
        datasets[key] = found
        return found
    }
}

extension PlannedDataset {
    fileprivate init(
        _ name: String,
        _ source: DatasetSource,
        _ dataset: ImageDataset,
        _ rule: ImageSelection.Rule,
        split: String
    ) throws {
        let selected = try dataset.indices(selectedBy: rule)
        files = dataset.files
        indices = selected.map { UInt32($0) }
        labels = selected.map { dataset.labels[$0] }
        spec = DatasetSpec(
            name: name,
            source: source.absolute,
            split: split,
            content: dataset.digest,
            files: try files.map { try $0.references() }
        )
        slice = DatasetSlice(name: name, split: split, content: spec.content, indices: indices)
    }
}

extension ModelReference.Source {
    /// The same source with an absolute path.
    fileprivate var absolute: ModelReference.Source {
        func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }
        return switch self {
        case .checkpoint(let path): .checkpoint(path: absolute(path))
        case .recipe(let path): .recipe(path: absolute(path))
        case .family, .external: self
        }
    }
}

extension ModelReference {
    /// Size of the checkpoint's file in bytes; nil for fresh weights.
    fileprivate var fileSize: Int? {
        guard case .checkpoint(let path) = source else { return nil }
        return try? URL(filePath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize
    }
}

extension DatasetSource {
    /// What messages call the data set before the sweep file names it.
    fileprivate var name: String {
        switch self {
        case .builtin(let name): name
        case .idx(let images, _): images
        }
    }

    /// The same source with absolute paths.
    var absolute: DatasetSource {
        switch self {
        case .builtin: self
        case .idx(let images, let labels):
            .idx(images: URL(filePath: images).path, labels: URL(filePath: labels).path)
        }
    }
}
