// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// The terminal behind a file descriptor, if there is one.
struct Terminal: Sendable {
    static let output = Terminal(descriptor: STDOUT_FILENO)
    static let error = Terminal(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    var isInteractive: Bool { isatty(descriptor) != 0 }

    /// Columns; nil when the output goes elsewhere than to a terminal.
    var width: Int? {
        guard isInteractive else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Rows; nil when the output goes elsewhere than to a terminal.
    var height: Int? {
        guard isInteractive else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// Escapes where people look, unless NO_COLOR asks for none.
    var style: TextStyle {
        isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil ? .ansi : .plain
    }

    func write(_ text: String) {
        FileHandle(fileDescriptor: descriptor).write(Data(text.utf8))
    }

    func write(lines: [String]) {
        write(lines.map { $0 + "\n" }.joined())
    }
}
