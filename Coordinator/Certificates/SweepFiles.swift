// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Foundation
import Networks
import ResultStore
import SweepPlan
import Vocabulary

/// Finds models and images by their digests, wherever this machine has them: where the sweep files say, beside the
/// store, and in folders that the user names.
final class SweepFiles {
    /// A sweep file: its text, and the folders its relative paths may be meant from.
    struct SweepText {
        var text: String
        var paths: [String]
    }

    private let sweeps: [Sweep]
    private let library: DatasetLibrary
    private let trained: [TrainedModels]
    private let folders: [URL]
    private lazy var checkpoints = findCheckpoints()
    /// Models that runs trained, by the digests of their trainings; nil where none is found.
    private var trainings: [Digest: TrainedModels.File?] = [:]
    private var datasets: [DatasetPlace: ImageDatasetFacts?] = [:]

    private struct DatasetPlace: Hashable {
        var source: DatasetSource
        var split: String
    }

    private struct ImageDatasetFacts {
        var content: Digest
        var count: Int
    }

    /// - Parameters:
    ///   - sweeps: The sweep files of what is checked; one that cannot be read any more names nothing.
    ///   - store: The store whose trained models are looked for beside it; nil where there is none.
    ///   - folders: Folders with checkpoints.
    ///   - library: Where data sets are looked for.
    init(sweeps: [SweepText], store: String?, folders: [String], library: DatasetLibrary) {
        self.sweeps = sweeps.flatMap { sweep in
            sweep.paths.compactMap { try? Sweep(parsing: sweep.text, file: $0) }
        }
        self.folders = folders.map { URL(filePath: $0, directoryHint: .isDirectory) }
        trained = (store.map { [TrainedModels(store: $0)] } ?? []) + self.folders.map(TrainedModels.init(folder:))
        self.library = library
    }

    /// The sweep files of runs, as their store has them; relative paths may be meant from where it lies now.
    static func texts(of runs: [RunRecord], in store: ResultStore) throws -> [SweepText] {
        let folder = URL(filePath: store.path).deletingLastPathComponent()
        return try runs.map { run in
            let moved = folder.appending(path: URL(filePath: run.path).lastPathComponent).path
            return SweepText(text: try store.sweepText(of: run.id), paths: [run.path, moved])
        }
    }

    /// The model of a cell; nil when no file of it is found.
    func model(
        _ digest: Digest,
        _ conditioning: Conditioning,
        _ estimate: LikelihoodEstimate = .standard,
        named name: String
    ) -> ModelSpec? {
        func spec(_ location: ModelLocation, _ digest: Digest) -> ModelSpec {
            ModelSpec(name: name, location: location, digest: digest, conditioning: conditioning, estimate: estimate)
        }
        if let location = checkpoints[digest] { return spec(location, digest) }
        return trainedModel(digest).map { spec(ModelLocation(text: $0.url.path), $0.reference.digest) }
    }

    /// A file that was trained, the bytes of which are read once.
    private func trainedModel(_ training: Digest) -> TrainedModels.File? {
        if let known = trainings[training] { return known }
        let found = trained.lazy.compactMap { $0.intactCheckpoint(of: training) }.first
        trainings[training] = .some(found)
        return found
    }

    /// The data set of which `images` are the slice with that digest; nil when none is found.
    func dataset(_ slice: Digest, split: String, images: [UInt32], named name: String) -> DatasetSpec? {
        func spec(_ source: DatasetSource, _ library: DatasetLibrary) -> DatasetSpec? {
            guard let facts = facts(DatasetPlace(source: source, split: split), library) else { return nil }
            let found = DatasetSlice(name: name, split: split, content: facts.content, indices: images)
            guard found.digest == slice else { return nil }
            return DatasetSpec(name: name, source: source, split: split, content: facts.content)
        }
        let named = Set(sweeps.flatMap(\.datasets.values))
        for source in named { if let spec = spec(source, library) { return spec } }
        // What the sweep file does not lead to any more may be one of the data sets that everybody has.
        var local = library
        local.downloader = nil
        let builtin = DatasetSource.builtinNames.map(DatasetSource.builtin).filter { !named.contains($0) }
        return builtin.lazy.compactMap { spec($0, local) }.first
    }

    private func facts(_ place: DatasetPlace, _ library: DatasetLibrary) -> ImageDatasetFacts? {
        if let known = datasets[place] { return known }
        let found = try? library.load(place.source, name: "data", split: place.split)
        let facts = found.map { ImageDatasetFacts(content: $0.digest, count: $0.count) }
        datasets[place] = .some(facts)
        return facts
    }

    /// All models that can be seen, by the digests of their files.
    private func findCheckpoints() -> [Digest: ModelLocation] {
        let named = Set(sweeps.flatMap { $0.models.values.map(\.source) }).compactMap { source -> ModelLocation? in
            if case .recipe = source { return nil }
            return ModelLocation(source)
        }
        let lying = folders.flatMap { Self.checkpoints(in: $0) }.map { ModelLocation(text: $0) }
        return (named + lying).reduce(into: [:]) { known, location in
            guard let facts = try? location.facts() else { return }
            known[facts.digest] = known[facts.digest] ?? location
        }
    }

    /// Paths of the checkpoints in a folder and in those within it.
    static func checkpoints(in folder: URL) -> [String] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "safetensors" }.map(\.path).sorted()
    }
}
