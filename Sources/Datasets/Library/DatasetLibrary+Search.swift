// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension DatasetLibrary {
    /// A published file from the first place that has it.
    func file(_ published: PublishedDataset.File, of dataset: PublishedDataset) throws -> IDXFile {
        for directory in directories {
            if let found = try search(directory, for: published, of: dataset) { return found }
        }
        let kept = cache.map { Self.path($0, dataset.name, published.name) }
        // A damaged file in the cache is our own rubbish: fetched again and replaced, where a user's file would be
        // refused.
        if let kept, let found = try? Self.checked(DecodedBytes(file: kept), as: published) { return found }
        let searched = directories + (cache.map { [$0] } ?? [])
        guard let downloader else {
            throw DatasetError.notFound(dataset: dataset.name, file: published.name, searched: searched)
        }
        guard let kept else {
            throw DatasetError.noCache(dataset: dataset.name, file: published.name, searched: searched)
        }
        return try download(published, of: dataset, into: kept, with: downloader)
    }

    /// The file below a user's directory; nil when it is not there, an error when it is there and wrong.
    private func search(
        _ directory: String,
        for published: PublishedDataset.File,
        of dataset: PublishedDataset
    ) throws -> IDXFile? {
        for folder in [dataset.name, dataset.foreignFolder, ""] {
            for suffix in ["", ".gz"] {
                let path = Self.path(directory, folder, published.name + suffix)
                guard FileManager.default.fileExists(atPath: path) else { continue }
                do {
                    return try Self.checked(DecodedBytes(file: path), as: published)
                } catch let error as DataFileError where folder.isEmpty && Self.isOfAnotherDataset(error) {
                    // MNIST and Fashion-MNIST share their files' names: a flat folder of the one is not a broken other.
                    continue
                }
            }
        }
        return nil
    }

    /// Decodes a file and compares its digest with the published one.
    static func checked(_ bytes: DecodedBytes, as published: PublishedDataset.File) throws -> IDXFile {
        let file = try IDXFile(bytes, limit: published.size)
        let found = file.digest
        guard found == published.digest else {
            throw DataFileError(file: file.file, .digest(found: found, expected: published.digest))
        }
        return file
    }

    private static func isOfAnotherDataset(_ error: DataFileError) -> Bool {
        guard case .digest(let found, _) = error.problem else { return false }
        return PublishedDataset.all.contains { $0.files.contains { $0.digest == found } }
    }

    private static func path(_ parts: String...) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: "/")
    }
}
