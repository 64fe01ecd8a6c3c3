// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// Names of models and data sets that say no more than tells them apart.
struct SubjectNames {
    /// Whether there are several seeds.
    let hasSeeds: Bool
    private let hasSplits: Bool
    private let hasConditionings: Bool

    init(_ cells: [RunCell]) {
        hasSeeds = Set(cells.map(\.seed)).count > 1
        hasSplits = Set(cells.map(\.split)).count > 1
        hasConditionings = Set(cells.map { "\($0.model) \($0.conditioning)" }).count > Set(cells.map(\.model)).count
    }

    /// Who scored a cell, and what.
    func name(_ cell: RunCell) -> String { "\(cell.modelLabel), \(dataset(of: cell))" + rest(of: cell) }

    /// Who scored a cell, whatever it was.
    func scorer(of cell: RunCell) -> String { cell.modelLabel + rest(of: cell) }

    /// The images of a cell.
    func dataset(of cell: RunCell) -> String { hasSplits ? "\(cell.dataset)/\(cell.split)" : cell.dataset }

    private func rest(of cell: RunCell) -> String {
        (hasConditionings ? ", \(cell.conditioning.rawValue)" : "") + (hasSeeds ? ", seed \(cell.seed)" : "")
    }
}
