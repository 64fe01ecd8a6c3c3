// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// The columns of an export that stand for parameters of transformations: one for each that occurs in the run.
///
/// A column has the parameter's name in sweep files; of a chain with several members that have it, `noise.scale` and
/// `noise-2.scale`. The order follows from the names alone.
struct ParameterColumns {
    /// The parameter of one column.
    struct Column {
        /// What the column is called: the parameter's name, but where a column of another kind is called so.
        let title: String
        let domain: ParameterDomain
        fileprivate let name: String
    }

    /// In the order in which they are written.
    let columns: [Column]
    private let places: [String: Int]

    /// The columns of a run's transformations; `taken` are the names of all other columns.
    init(of run: Int64, besides taken: [String], in database: Database) throws {
        var found: [String: TransformParameter] = [:]
        var known: Set<Spelt> = []
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT DISTINCT transform.name, transform.parameters FROM \(RunCell.source) WHERE run_cell.run = ?",
            arguments: [run]
        )
        while let row = try rows.next() {
            guard let spec = try? TransformSpec(name: try row.value(0), parameters: try row.value(1)),
                known.insert(Spelt(spec)).inserted
            else { continue }
            for (name, parameter) in zip(spec.columnNames, spec.kind.parameters) { found[name] = parameter }
        }
        let others = Set(taken)
        let columns = Self.ordered(found.keys).compactMap { name in
            found[name].map { parameter -> Column in
                var title = name
                while others.contains(title) { title = "parameter.\(title)" }
                return Column(title: title, domain: parameter.domain, name: name)
            }
        }
        self.init(columns)
    }

    private init(_ columns: [Column]) {
        self.columns = columns
        places = Dictionary(uniqueKeysWithValues: columns.indices.map { (columns[$0].name, $0) })
    }

    /// Those of the columns that are named, in the order of all.
    func only(_ titles: [String]) -> ParameterColumns {
        ParameterColumns(columns.filter { titles.contains($0.title) })
    }

    /// Their names.
    var titles: [String] { columns.map(\.title) }

    /// What stands in the columns for a cell, in canonical text; nil where its transformation has no such parameter.
    func values(of cell: RunCell) -> [String?] {
        var values = [String?](repeating: nil, count: columns.count)
        guard !columns.isEmpty,
            let spec = try? TransformSpec(name: cell.transform, parameters: cell.parameters)
        else { return values }
        for (position, name) in spec.columnNames.enumerated() {
            guard let place = places[name] else { continue }
            values[place] = spec.kind.parameters[position].spelling(spec.codes[position]).value
        }
        return values
    }

    /// Keys in the order of the transformations that have them first, then names of chains' members.
    private static func ordered(_ names: some Sequence<String>) -> [String] {
        let keys = TransformKind.allCases.flatMap(\.parameters).flatMap(\.keys)
        return names.map { name in (keys.firstIndex(of: name) ?? keys.count, name) }.sorted { $0 < $1 }.map(\.1)
    }
}

/// A kind of transformation with the spellings of its parameters: all that its columns follow from.
private struct Spelt: Hashable {
    let kind: TransformKind
    let keys: [String]

    init(_ spec: TransformSpec) {
        kind = spec.kind
        keys = zip(spec.kind.parameters, spec.codes).filter { $0.0.keys.count > 1 }.map { $0.spelling($1).key }
    }
}

extension TransformSpec {
    /// The names of columns for the parameters, in their order.
    fileprivate var columnNames: [String] {
        zip(kind.parameters.indices, zip(kind.parameters, codes)).map { position, pair in
            let (parameter, code) = pair
            let key = parameter.spelling(code).key
            return kind.columnName(ofParameter: position, spelling: parameter.keys.firstIndex(of: key) ?? 0)
        }
    }
}
