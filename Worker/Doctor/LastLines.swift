// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Logs
import Vocabulary

/// A log that is shown to nobody, of which the last line can be asked for.
struct LastLines {
    private let tail = LogTail(limit: 1)

    /// What writes to it.
    var logger: Logger {
        let tail = tail
        let handler = LineLogHandler(label: "scorer", format: .text, now: { Date() }) { text, _ in tail.append(text) }
        return Logger(label: "scorer") { _ in handler }
    }

    /// The last line; nil where there was none.
    var last: String? { tail.lines.last }
}
