// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Fetches a file from the web.
public protocol Downloader: Sendable {
    /// The bytes at `url`, at most `limit` of them; blocks until they are there.
    ///
    /// `progress` is called now and then, from any thread. Throws when the file cannot be had or has more bytes.
    func fetch(
        _ url: String,
        limit: Int,
        progress: @escaping @Sendable (DownloadProgress) -> Void
    ) throws(DownloadError) -> [UInt8]
}

/// How far a download has come.
public struct DownloadProgress: Hashable, Sendable {
    /// What is downloaded.
    public var url: String
    /// Bytes received.
    public var received: Int
    /// Bytes to receive, when the server has said so.
    public var total: Int?

    /// A point of a download.
    public init(url: String, received: Int, total: Int?) {
        self.url = url
        self.received = received
        self.total = total
    }
}

/// Why one file could not be fetched from one place.
public struct DownloadError: Error, Hashable, Sendable {
    /// The place.
    public var url: String
    /// What went wrong there.
    public var reason: String

    /// A failed download.
    public init(url: String, reason: String) {
        self.url = url
        self.reason = reason
    }
}

extension DownloadError: CustomStringConvertible {
    /// The place and what went wrong there.
    public var description: String { "\(url): \(reason)" }
}
