// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// A text that a command line names: a file, a pipe such as `<(…)`, or standard input.
package struct InputText {
    /// The argument that stands for standard input.
    package static let standardInput = "-"
    /// More than any reader takes, in bytes; what is longer is not read to its end.
    private static let limit = 64 << 20

    /// The whole text.
    package let text: String
    /// What messages call the file, and paths in it are relative to: the path, or `<stdin>`.
    package let file: String

    /// Reads the text to its end.
    ///
    /// - Throws: ``InputTextError`` when it cannot be read or is no text.
    package init(_ path: String) throws(InputTextError) {
        let isStandardInput = path == Self.standardInput
        file = isStandardInput ? "<stdin>" : path
        let data: Data
        do {
            let handle = isStandardInput ? .standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
            data = try handle.read(upToCount: Self.limit + 1) ?? Data()
        } catch {
            throw InputTextError(file: file, problem: SystemReason.text(of: error))
        }
        guard data.count <= Self.limit else {
            throw InputTextError(file: file, problem: "more than \(Self.limit) bytes, the most that are read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            let kind = RecognisedFile(data).map { $0.phrase(insteadOf: "UTF-8 text") }
            throw InputTextError(file: file, problem: kind ?? "not UTF-8 text")
        }
        // A placeholder is text, and parses as YAML of a sort.
        if let placeholder = RecognisedFile(placeholder: data) {
            throw InputTextError(file: file, problem: placeholder.phrase(insteadOf: "what was expected"))
        }
        self.text = text
    }
}

/// Why a text that a command line names cannot be used.
package struct InputTextError: Error, CustomStringConvertible {
    /// What messages call the file.
    package let file: String
    /// What is wrong.
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}
