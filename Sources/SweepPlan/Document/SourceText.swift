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

    /// The place of the first alias (`*name`) that stands for an anchor (`&name`) of the text, or nil.
    ///
    /// Every such pair of names counts, in comments too: telling them apart would need the parser, and expanding
    /// aliases is what makes a small file a huge one.
    func firstAlias() -> (name: String, position: Diagnostic.Position)? {
        let anchors = Set(scalars.indices.filter { scalars[$0] == "&" }.map { name(after: $0) })
        guard !anchors.isEmpty else { return nil }
        for index in scalars.indices where scalars[index] == "*" {
            let name = name(after: index)
            if !name.isEmpty, anchors.contains(name) { return (name, position(index)) }
        }
        return nil
    }

    private func name(after index: Int) -> String {
        let name = scalars[(index + 1)...].prefix { scalar in
            scalar == "-" || scalar == "_"
                || scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
        return String(String.UnicodeScalarView(name))
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
