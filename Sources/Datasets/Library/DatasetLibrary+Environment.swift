// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension DatasetLibrary {
    /// The library of a command: its `--data` directory, then `BITSWEEP_DATA`, then the user's cache.
    ///
    /// The cache is `bitsweep` below `XDG_CACHE_HOME`, or else below `.cache` in the home directory; without either
    /// variable nothing is downloaded. Downloads come over HTTP.
    public static func standard(
        dataDirectory: String?,
        environment: [String: String],
        progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
    ) -> DatasetLibrary {
        func value(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        let cacheHome = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
        return DatasetLibrary(
            directories: [dataDirectory, value("BITSWEEP_DATA")].compactMap(\.self),
            cache: cacheHome.map { $0 + "/bitsweep" },
            downloader: HTTPDownloader(),
            progress: progress
        )
    }
}
