// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ResultStore
import Vocabulary

extension RunAnswers {
    /// The one cell that `text` names: the beginning of its id, or words such as `noise scale=1e-3 model=glow*`.
    ///
    /// Of words, the first without a sign `=` is the transformation's name, the others are those of a ``CellFilter``. Where
    /// several cells fit, those count whose other parameters have their standard values. The filter of the question narrows
    /// the choice, too.
    ///
    /// - Throws: ``AnswerError/notOneCell(_:)`` for none or several, ``CellFilterError``.
    public func cell(named text: String) throws -> RunCell {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let pool = cells.filter(filter.matches)
        if words.count == 1, let id = words.first?.lowercased(), id.allSatisfy(\.isHexDigit) {
            return try one(of: pool.filter { $0.id.description.hasPrefix(id) }, named: text)
        }
        let wanted = words.map { $0.contains("=") ? $0 : "transform=\($0)" }
        let filter = try CellFilter(parsing: wanted.joined(separator: " "))
        let found = pool.filter(filter.matches)
        let keys = Set(words.map { String($0.prefix { $0 != "=" }) })
        // Who names a parameter means its plain form; who names none does not mean a shift by nothing.
        let plain = found.filter { $0.isPlain(except: keys) }
        return try one(of: found.count > 1 && !plain.isEmpty ? plain : found, named: text)
    }

    private func one(of found: [RunCell], named text: String) throws -> RunCell {
        if found.count == 1 { return found[0] }
        let name = Excerpt.short(text)
        guard !found.isEmpty else {
            let known = Set(cells.map(\.briefTransform)).sorted().prefix(8).joined(separator: ", ")
            throw AnswerError.notOneCell("no cell of run \(run.id) is '\(name)'; its transformations are \(known), …")
        }
        let some = found.prefix(3).map {
            "\($0.id.description.prefix(8)) (\($0.model) on \($0.dataset), \($0.briefTransform), seed \($0.seed))"
        }
        let all = some.joined(separator: ", ") + (found.count > 3 ? ", …" : "")
        throw AnswerError.notOneCell(
            "'\(name)' is \(counted(found.count, "cell")): \(all);"
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

extension RunCell {
    /// Whether one of the parameters called `named` is its own, and all others have the values that they have where a
    /// sweep file says nothing.
    fileprivate func isPlain(except named: Set<String>) -> Bool {
        guard let spec = transformSpec,
            spec.kind.parameters.contains(where: { $0.keys.contains(where: named.contains) })
        else { return false }
        return zip(spec.kind.parameters, spec.codes).allSatisfy { parameter, code in
            parameter.standard == nil || code == parameter.standard || parameter.keys.contains(where: named.contains)
        }
    }
}
