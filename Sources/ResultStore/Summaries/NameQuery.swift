// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// What of a query is decided by names, which never change in a run: which cells, and for some orders where they stand.
struct NameQuery: Hashable {
    private let models: [String]
    private let datasets: [String]
    private let transforms: [String]
    private let seeds: [UInt64]
    private let words: [String]
    private let order: CellQuery.Order

    init(_ query: CellQuery) {
        models = query.models
        datasets = query.datasets
        transforms = query.transforms
        seeds = query.seeds
        words = query.words.map { $0.lowercased() }
        order = [.model, .dataset, .transform].contains(query.order) ? query.order : .run
    }

    /// Whether every cell passes, in the run's order.
    var isTrivial: Bool {
        models.isEmpty && datasets.isEmpty && transforms.isEmpty && seeds.isEmpty && words.isEmpty && order == .run
    }

    /// The places in `run` of the cells that pass, in the order of names, or of the run.
    func ordinals(of run: Int64, in database: Database) throws -> [Int32] {
        var conditions = ["run_cell.run = ?"]
        var arguments: StatementArguments = [run]
        func demand(_ column: String, _ values: [some DatabaseValueConvertible]) {
            guard !values.isEmpty else { return }
            conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(values)
        }
        demand("naming.model", models)
        demand("naming.dataset", datasets)
        demand("transform.name", transforms)
        demand("cell.seed", seeds.map { Int64(bitPattern: $0) })
        for word in words {
            conditions.append("(instr(\(Self.line), ?) > 0 OR substr(lower(hex(cell.id)), 1, ?) = ?)")
            arguments += [word, word.count, word]
        }
        return try Int32.fetchAll(
            database,
            sql: """
                SELECT run_cell.ordinal FROM \(RunCell.source)
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(sorting)run_cell.ordinal
                """,
            arguments: arguments
        )
    }

    private var sorting: String {
        switch order {
        case .model: "naming.model, naming.dataset, "
        case .dataset: "naming.dataset, "
        case .transform: "transform.name, transform.parameters, "
        default: ""
        }
    }

    /// What words are looked for in; a seed is the bit pattern of an unsigned number.
    private static let line = """
        lower(naming.model || ' ' || naming.dataset || ' ' || transform.name || ' ' || transform.parameters || ' '
            || format('%llu', cell.seed))
        """
}
