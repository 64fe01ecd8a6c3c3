// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Networks
import Vocabulary

/// Reads what a shard is made of: from this machine's own files where they are the right ones, else from a supply.
struct ShardFiles {
    let library: DatasetLibrary
    let supply: (any FileSupply)?
    /// Bytes of memory that are free; nil where nobody knows.
    let freeMemory: @Sendable () -> Int?
    /// Told what loading a checkpoint takes, before it is loaded.
    let isLoading: @Sendable (ModelMemory) -> Void

    func checkpoint(_ model: ModelSpec) throws(EngineError) -> Checkpoint {
        do throws(EngineError) {
            return try checkpoint(at: model.location, model.digest)
        } catch .memory(let problem) {
            throw .memory(problem)
        } catch {
            let name = "weights of '\(model.name)'"
            guard let content = model.file,
                let file = try supplied(content, name, EngineError.model, EngineError.changedModel)
            else {
                throw error
            }
            return try withExtendedLifetime(file) { () throws(EngineError) in
                try checkpoint(at: ModelLocation(text: file.path), model.digest)
            }
        }
    }

    func dataset(_ wanted: DatasetSpec) throws(EngineError) -> ImageDataset {
        var library = library
        // A mirror is farther away than the coordinator, and its failure takes longer; many workers have none at all.
        if supply != nil, wanted.files != nil { library.downloader = nil }
        do throws(EngineError) {
            return try dataset(wanted, from: wanted.source, in: library)
        } catch {
            let name = "of '\(wanted.name)' (\(wanted.split))"
            guard let files = wanted.files,
                let images = try supplied(files.images, "images \(name)", EngineError.data, EngineError.changedData),
                let labels = try supplied(files.labels, "labels \(name)", EngineError.data, EngineError.changedData)
            else { throw error }
            return try withExtendedLifetime((images, labels)) { () throws(EngineError) in
                try dataset(wanted, from: .idx(images: images.path, labels: labels.path), in: library)
            }
        }
    }

    private func checkpoint(at location: ModelLocation, _ digest: Digest) throws(EngineError) -> Checkpoint {
        try checkMemory(for: location.text)
        let found: Checkpoint
        do {
            found = try location.load()
        } catch {
            throw .model("\(error)")
        }
        guard found.digest == digest else {
            throw .model(
                "\(location.text): SHA-256 \(found.digest), the coordinator's is \(digest); "
                    + "copy the coordinator's file to this machine"
            )
        }
        return found
    }

    /// Refuses a checkpoint that would not fit: a worker that the system kills cannot say why.
    private func checkMemory(for path: String) throws(EngineError) {
        guard let size = try? URL(filePath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize else { return }
        let memory = ModelMemory(path: path, size: size, free: freeMemory())
        guard memory.isTooMuch else { return isLoading(memory) }
        throw .memory("\(memory); run fewer workers on this machine")
    }

    private func dataset(
        _ wanted: DatasetSpec,
        from source: DatasetSource,
        in library: DatasetLibrary
    ) throws(EngineError) -> ImageDataset {
        let found: ImageDataset
        do {
            found = try library.load(source, name: wanted.name, split: wanted.split)
        } catch {
            throw .data("\(error)")
        }
        guard found.digest == wanted.content else {
            throw .data(
                "data set '\(wanted.name)' (\(wanted.split)) has digest \(found.digest), the coordinator's has "
                    + "\(wanted.content); use the same files on both"
            )
        }
        return found
    }

    /// The file with that content from the supply, whose own errors become engine errors by `failure` and `change`.
    private func supplied(
        _ content: ArtifactReference,
        _ name: String,
        _ failure: (String) -> EngineError,
        _ change: (String) -> EngineError
    ) throws(EngineError) -> (any SuppliedFile)? {
        do {
            return try supply?.file(content, named: name)
        } catch let error as EngineError {
            throw error
        } catch let changed as ChangedFile {
            throw change(changed.reason)
        } catch {
            throw failure("\(error)")
        }
    }
}
