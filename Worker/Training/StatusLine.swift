// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine

/// A line on standard error that says how far something is: rewritten on a terminal, else a new line now and then.
struct StatusLine {
    private static let terminalInterval = Duration.milliseconds(200)
    private static let fileInterval = Duration.seconds(10)

    private let isQuiet: Bool
    private let isRewritten = Terminal.error.isRewritable
    private var latest: ContinuousClock.Instant?

    init(isQuiet: Bool = false) {
        self.isQuiet = isQuiet
    }

    /// Shows a text if it is time for one, or if it must be shown.
    mutating func show(isDue: Bool = false, _ text: (_ width: Int?) -> String) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let interval = isRewritten ? Self.terminalInterval : Self.fileInterval
        guard isDue || latest.map({ $0.duration(to: now) >= interval }) ?? true else { return }
        latest = now
        let line = text(Terminal.error.width.map { $0 - 1 })
        // On a terminal the cursor stays in the line, which the next text erases.
        Terminal.error.tell(isRewritten ? "\r\u{1B}[K\(line)" : "\(line)\n")
    }

    /// Leaves the line to whatever is printed next.
    func clear() {
        if isRewritten, !isQuiet, latest != nil { Terminal.error.tell("\r\u{1B}[K") }
    }
}
