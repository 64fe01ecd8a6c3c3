// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Synchronization

/// A web of a few pages, which remembers what was asked for.
final class FakeDownloader: Downloader {
    private let pages: [String: [UInt8]]
    private let log = Mutex<[String]>([])

    var requests: [String] { log.withLock { $0 } }

    init(_ pages: [String: [UInt8]]) {
        self.pages = pages
    }

    func fetch(
        _ url: String,
        limit: Int,
        progress: @escaping @Sendable (DownloadProgress) -> Void
    ) throws(DownloadError) -> [UInt8] {
        log.withLock { $0.append(url) }
        guard let page = pages[url] else { throw DownloadError(url: url, reason: "HTTP status 404") }
        progress(DownloadProgress(url: url, received: page.count, total: page.count))
        return page
    }
}
