// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

extension DatasetLibrary {
    /// Fetches a published file from the first mirror that has it whole, and keeps it decompressed at `path`.
    func download(
        _ published: PublishedDataset.File,
        of dataset: PublishedDataset,
        into path: String,
        with downloader: any Downloader
    ) throws -> IDXFile {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw DatasetError.cache(directory: folder, reason: SystemReason.text(of: error))
        }
        var causes: [DownloadError] = []
        for mirror in dataset.mirrors {
            let url = mirror + published.name + ".gz"
            do {
                // A gzip stream is never much longer than what it holds.
                let bytes = try downloader.fetch(url, limit: published.size + 65_536, progress: progress)
                var file = try Self.checked(DecodedBytes(bytes, file: url), as: published)
                try DurableFile.write(file.header + file.elements, to: path)
                file.file = path
                return file
            } catch let error as DownloadError {
                causes.append(error)
            } catch let error as FileError {
                throw DatasetError.cache(directory: folder, reason: error.reason)
            } catch let error as DataFileError {
                causes.append(DownloadError(url: error.file, reason: "\(error.problem)"))
            }
        }
        throw DatasetError.notDownloaded(dataset: dataset.name, file: published.name, causes: causes)
    }
}
