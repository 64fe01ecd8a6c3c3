// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The last lines of a log, to go with a failure.
public final class LogTail: Sendable {
    private let limit: Int
    private let kept = Mutex<[String]>([])

    /// Keeps the last `limit` lines, at least one.
    public init(limit: Int) {
        precondition(limit > 0, "a tail keeps at least one line")
        self.limit = limit
    }

    /// Adds a line, and forgets the oldest when there are too many.
    public func append(_ line: String) {
        kept.withLock { lines in
            if lines.count == limit { lines.removeFirst() }
            lines.append(line)
        }
    }

    /// The lines, oldest first.
    public var lines: [String] { kept.withLock { $0 } }
}
