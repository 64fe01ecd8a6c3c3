// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A line on standard error that says how far something is: rewritten on a terminal, else a new line now and then.
struct StatusLine {
    private static let terminalInterval = Duration.milliseconds(200)
    private static let fileInterval = Duration.seconds(10)

    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private var latest: ContinuousClock.Instant?

    init(isQuiet: Bool = false) {
        self.isQuiet = isQuiet
    }

    /// Columns of the terminal; nil elsewhere.
    private var width: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    /// Shows a text if it is time for one, or if it must be shown.
    mutating func show(isDue: Bool = false, _ text: (_ width: Int?) -> String) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let interval = isTerminal ? Self.terminalInterval : Self.fileInterval
        guard isDue || latest.map({ $0.duration(to: now) >= interval }) ?? true else { return }
        latest = now
        // On a terminal the cursor stays in the line, which the next text erases.
        write(isTerminal ? "\r\u{1B}[K" + text(width.map { $0 - 1 }) : text(nil) + "\n")
    }

    /// Leaves the line to whatever is printed next.
    func clear() {
        if isTerminal, !isQuiet, latest != nil { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
