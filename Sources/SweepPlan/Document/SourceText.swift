// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A sweep file's text, addressed by line and column.
struct SourceText {
    private(set) var scalars: [Unicode.Scalar]
    /// Where each line begins in `scalars`.
    private let lines: [Int]

    /// Splits at the line breaks that YAML 1.1 knows, so that positions agree with the parser's.
    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var lines = [0]
        for (index, scalar) in scalars.enumerated() {
            let isFirstOfPair = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if Self.breaks.contains(scalar), !isFirstOfPair { lines.append(index + 1) }
        }
        self.lines = lines
    }

    private static let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The place of a scalar.
    func position(_ index: Int) -> Diagnostic.Position {
        let line = lines.partitionPoint { $0 <= index }
        return Diagnostic.Position(line: line, column: index - lines[line - 1] + 1)
    }

    /// Overwrites the key that begins at `position` by as many copies of `replacement`; false when `key` is not there.
    mutating func overwrite(_ key: String, at position: Diagnostic.Position, with replacement: Unicode.Scalar) -> Bool {
        guard lines.indices.contains(position.line - 1), !key.isEmpty else { return false }
        let start = lines[position.line - 1] + position.column - 1
        for quote in ["", "\"", "'"] {
            let written = Array((quote + key + quote).unicodeScalars)
            guard start + written.count <= scalars.count, scalars[start...].starts(with: written) else { continue }
            scalars.replaceSubrange(
                start..<start + written.count,
                with: repeatElement(replacement, count: written.count)
            )
            return true
        }
        return false
    }

    /// A private character that the text does not have, or nil where it has all of them.
    func unusedPrivateCharacter() -> Unicode.Scalar? {
        let used = Set(scalars)
        return (0xE000...0xF8FF).reversed().lazy.compactMap { Unicode.Scalar(UInt32($0)) }.first { !used.contains($0) }
    }

    /// Writes one character for another wherever it stands.
    mutating func replace(_ character: Unicode.Scalar, by other: Unicode.Scalar) {
        for index in scalars.indices where scalars[index] == character { scalars[index] = other }
    }
}

extension [Int] {
    /// The number of leading elements for which `isBefore` holds; it holds for a prefix.
    fileprivate func partitionPoint(where isBefore: (Int) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isBefore(self[middle]) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
