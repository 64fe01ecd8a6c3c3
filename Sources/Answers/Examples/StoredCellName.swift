// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
public import Vocabulary

/// What somebody calls one recorded cell: the beginning of its id, or words such as `noise scale=1e-3 model=glow*`.
public struct StoredCellName {
    private let text: String
    private let name: CellName

    /// Reads a name.
    ///
    /// - Throws: `CellFilterError` for a word `KEY=VALUE` that is none of a filter.
    public init(_ text: String) throws(CellFilterError) {
        self.text = text
        name = try CellName(parsing: text)
    }

    /// The beginning of the id, in small letters; nil where words are given.
    public var id: String? { name.id }

    /// The one of `cells` that is called so; of a cell that several runs have, the first.
    ///
    /// - Parameters:
    ///   - cells: The cells.
    ///   - owner: Whose they are, for messages.
    /// - Returns: The cell.
    /// - Throws: ``AnswerError/notOneCell(_:)`` for none or several.
    public func cell(among cells: [RunCell], of owner: String) throws -> RunCell {
        var seen: Set<CellID> = []
        let found = name.found(among: cells).filter { seen.insert($0.id).inserted }
        if found.count == 1 { return found[0] }
        let short = Excerpt.short(text)
        guard !found.isEmpty else {
            let known = Set(cells.map(\.briefTransform)).sorted().prefix(8).joined(separator: ", ")
            throw AnswerError.notOneCell("no cell of \(owner) is '\(short)'; its transformations are \(known), …")
        }
        let some = found.prefix(3).map {
            "\($0.id.description.prefix(8)) (\($0.model) on \($0.dataset), \($0.briefTransform), seed \($0.seed))"
        }
        let all = some.joined(separator: ", ") + (found.count > 3 ? ", …" : "")
        throw AnswerError.notOneCell(
            "'\(short)' is \(counted(found.count, "cell")): \(all);"
                + " add \(Self.distinction(found)), or give the beginning of an id"
        )
    }

    /// A word that tells the first of these cells from some of the others.
    private static func distinction(_ cells: [RunCell]) -> String {
        func differ(_ value: (RunCell) -> String) -> Bool { Set(cells.map(value)).count > 1 }
        if differ(\.model) { return "model=\(cells[0].model)" }
        if differ(\.dataset) { return "dataset=\(cells[0].dataset)" }
        if differ(\.parameters) {
            let pairs = cells[0].parameters.split(separator: " ").map(String.init)
            let own = pairs.first { pair in
                cells.contains { !$0.parameters.split(separator: " ").contains(pair[...]) }
            }
            if let own { return own }
        }
        return "seed=\(cells[0].seed)"
    }
}

extension RunAnswers {
    /// The one cell that `text` names; the filter of the question narrows the choice, too.
    ///
    /// - Throws: ``AnswerError/notOneCell(_:)`` for none or several, `CellFilterError`.
    public func cell(named text: String) throws -> RunCell {
        try StoredCellName(text).cell(among: cells.filter(filter.matches), of: "run \(run.id)")
    }
}
