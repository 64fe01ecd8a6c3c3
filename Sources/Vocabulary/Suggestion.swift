// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The known word that a misspelt one probably means.
package enum Suggestion {
    /// `; did you mean 'scale'?` where a known word is near, else `; there are …` with all of them.
    package static func phrase(for word: String, among known: [String]) -> String {
        if let nearest = nearest(to: word, among: known) { return "; did you mean '\(nearest)'?" }
        return known.isEmpty ? "" : "; there are \(known.map(Excerpt.short).joined(separator: ", "))"
    }

    /// The first of the nearest words, if one is at most two edits away, or a third of the word's length.
    package static func nearest(to word: String, among known: [String]) -> String? {
        guard word.count <= 64 else { return nil }
        let distances = known.map { (word: $0, distance: distance(word, $0)) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(min(2, word.count / 2), word.count / 3) ? best.word : nil
    }

    /// Insertions, deletions, replacements and exchanges of neighbours that make `left` into `right`.
    package static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right.prefix(128)))
        var before = [Int](repeating: 0, count: right.count + 1)
        var above = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var best = min(above[column + 1] + 1, current[column] + 1)
                best = min(best, above[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, above) = (above, current)
        }
        return above[right.count]
    }
}
