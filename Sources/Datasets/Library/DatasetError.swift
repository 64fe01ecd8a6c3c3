// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a data set, or an image of one, could not be had.
public enum DatasetError: Error, Hashable, Sendable {
    /// No data set is known by this name.
    case unknownDataset(String)
    /// The data set has no such part.
    case unknownSplit(dataset: String, split: String)
    /// The image is not in the data set.
    case noSuchImage(dataset: String, split: String, index: Int, count: Int)
    /// A published file lies in no directory that was searched, and nothing may be downloaded.
    case notFound(dataset: String, file: String, searched: [String])
    /// A published file lies in no directory that was searched, and there is no folder that downloads are kept in.
    case noCache(dataset: String, file: String, searched: [String])
    /// Every mirror failed; one cause for each.
    case notDownloaded(dataset: String, file: String, causes: [DownloadError])
    /// The cache refused a downloaded file.
    case cache(directory: String, reason: String)
}

extension DatasetError: CustomStringConvertible {
    /// One line: what is missing, why, and what to do.
    public var description: String {
        switch self {
        case .unknownDataset(let name):
            "unknown data set '\(Excerpt.short(name))'; known: \(DatasetSource.builtinNames.joined(separator: ", "))"
                + Self.meant(name) + " Files of your own are two IDX files: --dataset IMAGES --labels LABELS"
        case .unknownSplit(let dataset, let split):
            "data set '\(dataset)' has no split '\(Excerpt.short(split))'"
                + Suggestion.phrase(for: split, among: ["train", "test"])
        case .noSuchImage(let dataset, let split, let index, let count):
            "data set '\(dataset)' has no image \(index) in split '\(split)'; expected 0…\(count - 1)"
        case .notFound(let dataset, let file, let searched):
            Self.absence(file, of: dataset, searched) + Self.placing(file, of: dataset)
        case .noCache(let dataset, let file, let searched):
            Self.absence(file, of: dataset, searched) + Self.placing(file, of: dataset)
                + ", or set HOME or XDG_CACHE_HOME to have it downloaded there"
        case .notDownloaded(let dataset, let file, let causes):
            "\(file) of '\(dataset)' could not be downloaded: \(causes.map(\.description).joined(separator: "; ")); "
                + Self.placing(file, of: dataset)
        case .cache(let directory, let reason):
            "\(directory): cannot keep downloaded data here (\(reason)); make it writable or choose another cache"
        }
    }

    private static func absence(_ file: String, of dataset: String, _ searched: [String]) -> String {
        "\(file) of '\(dataset)' is not in \(searched.isEmpty ? "any directory" : searched.joined(separator: ", ")); "
    }

    private static func meant(_ name: String) -> String {
        let nearest = Suggestion.nearest(to: name, among: DatasetSource.builtinNames)
        return nearest.map { "; did you mean '\($0)'?" } ?? "."
    }

    private static func placing(_ file: String, of dataset: String) -> String {
        "place \(file) or \(file).gz in DIR/\(dataset) and give --data DIR"
    }
}
