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
        /// Where what an alias puts here is written; nil for what is written here itself.
        var source: Source?

        /// A place that an alias takes something from.
        struct Source: Hashable, Sendable {
            let line: Int
            let column: Int
        }

        init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

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
        let source = position.source.map { " (an alias takes it from \($0.line):\($0.column))" } ?? ""
        self.message = Excerpt.oneLine(message + source)
    }

    /// `file:line:column: message`, the form that editors and terminals turn into a link.
    public var description: String { "\(file):\(position.line):\(position.column): \(message)" }
}
