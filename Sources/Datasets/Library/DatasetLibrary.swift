// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Where data sets are looked for, in which order, and whether missing ones may be downloaded.
///
/// A published file is taken from the first of these that has it: the `directories` in order, the cache, the mirrors.
/// Wherever it comes from, its decompressed bytes are checked against the published SHA-256.
public struct DatasetLibrary: Sendable {
    /// Directories to search, first to last; each may hold a data set in a folder of its name or lie flat.
    public var directories: [String]
    /// The directory downloads are kept in; nil when nothing may be downloaded or found there.
    public var cache: String?
    /// What fetches missing files; nil when nothing may be downloaded, though it may be found in the cache.
    public var downloader: (any Downloader)?
    /// Told how each download goes, from a thread of the downloader's choosing.
    public var progress: @Sendable (DownloadProgress) -> Void

    /// A library that searches `directories` alone unless a cache and a downloader are given.
    public init(
        directories: [String] = [],
        cache: String? = nil,
        downloader: (any Downloader)? = nil,
        progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
    ) {
        self.directories = directories
        self.cache = cache
        self.downloader = downloader
        self.progress = progress
    }

    /// The images of one split of `source`, under the name the sweep file gives it.
    ///
    /// A pair of IDX files is the whole data set, whatever the split is called. Blocks while files are read or
    /// downloaded. Throws a `DataFileError` when a file is not what it should be, and a `DatasetError` when the data
    /// set cannot be had.
    public func load(_ source: DatasetSource, name: String, split: String) throws -> ImageDataset {
        switch source {
        case .builtin(Glyphs.name):
            guard let part = Glyphs.Split(rawValue: split) else {
                throw DatasetError.unknownSplit(dataset: Glyphs.name, split: split)
            }
            return Glyphs.dataset(part, name: name)
        case .builtin(let builtin):
            guard let published = PublishedDataset.all.first(where: { $0.name == builtin }) else {
                throw DatasetError.unknownDataset(builtin)
            }
            guard let files = published.split(split) else {
                throw DatasetError.unknownSplit(dataset: builtin, split: split)
            }
            return try ImageDataset(
                name: name,
                split: split,
                images: file(files.images, of: published),
                labels: file(files.labels, of: published),
                classCount: 10
            )
        case .idx(let images, let labels):
            return try ImageDataset(
                name: name,
                split: split,
                images: IDXFile(DecodedBytes(file: images)),
                labels: IDXFile(DecodedBytes(file: labels))
            )
        }
    }
}

extension DatasetLibrary {
    /// The library of a command: directories that the user named, then the user's cache.
    ///
    /// Without a cache nothing is downloaded. Downloads come over HTTP.
    public static func standard(
        directories: [String?],
        cache: String?,
        progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
    ) -> DatasetLibrary {
        DatasetLibrary(
            directories: directories.compactMap(\.self),
            cache: cache,
            downloader: HTTPDownloader(),
            progress: progress
        )
    }
}
