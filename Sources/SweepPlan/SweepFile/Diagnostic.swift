// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// One problem of a sweep file, and where it is.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// A place in a file: lines and columns count from 1, columns in Unicode scalars.
    public struct Position: Hashable, Sendable, Comparable {
        /// The line, from 1.
        public var line: Int
        /// The column, from 1.
        public var column: Int

        /// A place in a file.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        /// Orders places as they follow in the file.
        public static func < (left: Position, right: Position) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// The file, as the caller named it.
    public var file: String
    /// Where the problem is.
    public var position: Position
    /// What is wrong and what would be right, in one line.
    public var message: String

    /// A problem at a place.
    public init(file: String, position: Position, message: String) {
        self.file = file
        self.position = position
        self.message = Excerpt.oneLine(message)
    }

    /// `file:line:column: message`, the form that editors and terminals turn into a link.
    public var description: String { "\(file):\(position.line):\(position.column): \(message)" }
}

/// Everything that is wrong with a sweep file.
public struct SweepFileError: Error, Hashable, CustomStringConvertible {
    /// The problems, at least one, in the order of their places.
    public let diagnostics: [Diagnostic]

    /// Sorts the problems by place; of several alike one is kept.
    init(_ diagnostics: [Diagnostic]) {
        var seen: Set<Diagnostic> = []
        self.diagnostics =
            diagnostics.filter { seen.insert($0).inserted }.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }

    /// One line for each of the first 50 problems, and how many more there are.
    public var description: String {
        let lines = diagnostics.prefix(50).map(\.description)
        let more = diagnostics.count - lines.count
        return (lines + (more > 0 ? ["… and \(more) more problems"] : [])).joined(separator: "\n")
    }
}
