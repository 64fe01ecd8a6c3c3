// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// One problem of a sweep file or recipe, and where it is.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// A place in a file: lines and columns count from 1, columns in Unicode scalars.
    public struct Position: Hashable, Sendable, Comparable {
        /// The line, from 1.
        public let line: Int
        /// The column, from 1.
        public let column: Int

        /// Where a file begins.
        static let start = Position(line: 1, column: 1)

        /// Orders places as they follow in the file.
        public static func < (left: Position, right: Position) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// The file, as the caller named it.
    public let file: String
    /// Where the problem is.
    public let position: Position
    /// What is wrong and what would be right, in one line.
    public let message: String

    init(file: String, position: Position, message: String) {
        self.file = file
        self.position = position
        self.message = Excerpt.oneLine(message)
    }

    /// `file:line:column: message`, the form that editors and terminals turn into a link.
    public var description: String { "\(file):\(position.line):\(position.column): \(message)" }
}
