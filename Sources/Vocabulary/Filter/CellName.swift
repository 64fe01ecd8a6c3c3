// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What somebody calls one cell: the beginning of its id, or words such as `noise scale=1e-3 model=glow*`.
///
/// Words `KEY=VALUE` and names of transformations are those of a ``CellFilter``; any other word must occur in the cell's
/// names, as in a search field (``CellQuery/words``).
package struct CellName: Sendable {
    /// The beginning of the id, in small letters; nil where words are given.
    package let id: String?
    private let filter: CellFilter
    private let words: [String]
    /// The keys that are given, one of whose parameters the plain form of a cell is about.
    private let keys: Set<String>

    /// Reads a name.
    ///
    /// - Throws: `CellFilterError` for a word `KEY=VALUE` that is none of a filter.
    package init(parsing text: String) throws(CellFilterError) {
        let all = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if all.count == 1, all[0].allSatisfy(\.isHexDigit) {
            (id, filter, words, keys) = (all[0].lowercased(), .all, [], [])
            return
        }
        let isOfFilter = { (word: String) in word.contains("=") || CellFilter.isTransform(word) }
        id = nil
        filter = try CellFilter(parsing: all.filter(isOfFilter).joined(separator: " "))
        words = all.filter { !isOfFilter($0) }.map { $0.lowercased() }
        keys = Set(all.filter { $0.contains("=") }.map { String($0.prefix { $0 != "=" }) })
    }

    /// The cells that are called so.
    ///
    /// Where several are, those count whose other parameters have their standard values: who names a parameter means its
    /// plain form.
    package func found<Cell: NamedCell>(among cells: some Sequence<Cell>) -> [Cell] {
        let found = cells.filter(fits)
        guard id == nil, found.count > 1 else { return found }
        let plain = found.filter(isPlain)
        return plain.isEmpty ? found : plain
    }

    private func fits(_ cell: some NamedCell) -> Bool {
        let own = cell.text(.cell) ?? ""
        if let id { return own.hasPrefix(id) }
        guard filter.matches(cell) else { return false }
        guard !words.isEmpty else { return true }
        let names = [CellFilter.Key.model, .dataset, .transform, .seed].compactMap(cell.text)
        let line = (names + [cell.transformSpec?.parameters ?? ""]).joined(separator: " ").lowercased()
        return words.allSatisfy { line.contains($0) || own.hasPrefix($0) }
    }

    /// Whether one of the given parameters is the cell's own, and all others have the values that they have where a sweep
    /// file says nothing.
    private func isPlain(_ cell: some NamedCell) -> Bool {
        guard let kind = cell.transformSpec?.kind, let codes = cell.transformSpec?.codes else { return false }
        let isNamed = kind.parameters.indices.map { kind.names(ofParameter: $0).contains(where: keys.contains) }
        guard isNamed.contains(true) else { return false }
        return kind.parameters.indices.allSatisfy { place in
            let standard = kind.parameters[place].standard
            return isNamed[place] || standard == nil || codes[place] == standard
        }
    }
}
