// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// Standard output or standard error, and the terminal behind it, if there is one.
package struct Terminal: Sendable {
    package static let output = Terminal(descriptor: STDOUT_FILENO, text: .standardOutput)
    package static let error = Terminal(descriptor: STDERR_FILENO, text: .standardError)

    private let descriptor: Int32
    private let text: TextOutput

    private init(descriptor: Int32, text: TextOutput) {
        self.descriptor = descriptor
        self.text = text
    }

    /// Whether people look at it.
    package var isInteractive: Bool { isatty(descriptor) != 0 }

    /// Whether lines can be rewritten: not in a file, and not on a terminal that knows no escapes.
    package var isRewritable: Bool {
        guard isInteractive, let kind = ProcessInfo.processInfo.environment["TERM"] else { return false }
        return kind != "dumb" && !kind.isEmpty
    }

    /// Whether colours and bold letters are written there.
    ///
    /// What `wish` leaves open the variables decide: NO_COLOR before CLICOLOR_FORCE and FORCE_COLOR; then a terminal
    /// has them that knows escapes.
    package func isStyled(_ wish: ColourWish = .auto) -> Bool {
        wish.isGranted(in: ProcessInfo.processInfo.environment, otherwise: isRewritable)
    }

    /// Columns; nil when the output goes elsewhere than to a terminal.
    package var width: Int? { size.map { $0.ws_col > 1 ? Int($0.ws_col) : 80 } }

    /// Rows; nil when the output goes elsewhere than to a terminal.
    package var height: Int? { size.map { $0.ws_row > 0 ? Int($0.ws_row) : 24 } }

    private var size: winsize? {
        guard isInteractive else { return nil }
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
    }

    /// Writes what the command was started for.
    ///
    /// - Throws: `FileError`.
    package func write(_ text: String) throws { try self.text.write(text) }

    /// Writes the lines that the command was started for.
    ///
    /// - Throws: `FileError`.
    package func write(lines: [String]) throws { try write(Self.joined(lines)) }

    /// Writes text that may be lost: progress, notices.
    ///
    /// - Parameters:
    ///   - text: One line or more, with their ends; or a line that is rewritten, without.
    ///   - lossLine: Makes a line of how many were lost, in the form that the reader expects.
    package func tell(_ text: String, lossLine: (String) -> String = { $0 }) {
        self.text.tell(text, lossLine: lossLine)
    }

    /// Writes lines that may be lost.
    package func tell(lines: [String]) { tell(Self.joined(lines)) }

    private static func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
