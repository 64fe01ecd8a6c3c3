// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Text as one word of a shell's line.
package enum ShellWord {
    /// Characters that no shell knows.
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,")

    /// `text` so that a POSIX shell reads it as it is; as it is where nothing in it means anything to a shell.
    package static func quoted(_ text: String) -> String {
        if !text.isEmpty, text.allSatisfy(plain.contains) { return text }
        return "'\(text.replacing("'", with: "'\\''"))'"
    }

    /// Words as one line.
    package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}
