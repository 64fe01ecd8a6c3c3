// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Foundation
import Synchronization

/// A line on standard error that says how far a download has come.
final class DownloadBar: Sendable {
    private let isSilent: Bool
    private let shown = Mutex<(url: String, percent: Int)?>(nil)

    init(isSilent: Bool) {
        self.isSilent = isSilent
    }

    func show(_ progress: DownloadProgress) {
        guard !isSilent, let total = progress.total, total > 0 else { return }
        let percent = min(100, progress.received * 100 / total)
        let isNew = shown.withLock { shown in
            guard shown?.url != progress.url || shown?.percent != percent else { return false }
            shown = (progress.url, percent)
            return true
        }
        guard isNew else { return }
        let filled = percent / 5
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: 20 - filled)
        let end = percent == 100 ? "\n" : ""
        Terminal.error.tell("\r\(progress.url) [\(bar)] \(percent) %\(end)")
    }
}
