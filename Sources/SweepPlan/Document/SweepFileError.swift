// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Everything that is wrong with a sweep file or recipe; the sentences themselves stand where the reading goes wrong.
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
        return (lines + (more > 0 ? ["… and \(counted(more, "more problem"))"] : [])).joined(separator: "\n")
    }
}
