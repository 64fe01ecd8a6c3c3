// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Standard output, written in pieces of some size: for output of a million lines.
package struct LineBuffer {
    private static let size = 1 << 16
    private var text = ""

    package init() {}

    /// Adds text, and writes what has gathered where that is much.
    ///
    /// - Throws: `FileError`.
    package mutating func write(_ piece: String) throws {
        text += piece
        if text.utf8.count >= Self.size { try flush() }
    }

    /// Writes what is left.
    ///
    /// - Throws: `FileError`.
    package mutating func flush() throws {
        try Terminal.output.write(text)
        text.removeAll(keepingCapacity: true)
    }
}
