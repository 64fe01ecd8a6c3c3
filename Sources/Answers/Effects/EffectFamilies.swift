// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// Which questions are asked at once, so that their p values must be adjusted together.
///
/// A claim is about one transformation with its parameters; its family is that claim over all models, data sets and seeds
/// of the answer, adjusted by Holm's method. A transformation that the run has in more than ``gridSize`` settings for one
/// model and data set is a grid that is explored: all of its settings are one family, adjusted by Benjamini and
/// Hochberg's. Rows of classes are families of their own beside the rows of all classes.
struct EffectFamilies {
    /// The most settings of a transformation that count as claims.
    static let gridSize = 8

    private struct Family: Hashable {
        var transform: String
        var parameters: String?
        var isOfClasses: Bool
        var measure: Measure
    }

    /// Transformations that are explored.
    private let grids: Set<String>

    init(_ rows: [EffectRow]) {
        var settings: [Subject: [String: Set<String>]] = [:]
        for row in rows {
            settings[Subject(row.cell), default: [:]][row.cell.transformKind, default: []].insert(row.cell.parameters)
        }
        grids = Set(settings.values.flatMap { $0.filter { $0.value.count > Self.gridSize }.map(\.key) })
    }

    /// Adjusts the p values of all rows that have one.
    func adjust(_ rows: inout [EffectRow]) {
        let tested = rows.indices.filter { rows[$0].log10P != nil }
        for (family, members) in Dictionary(grouping: tested, by: { self.family(of: rows[$0]) }) {
            let adjustment: Adjustment = family.parameters == nil ? .benjaminiHochberg : .holm
            let adjusted = adjustment.adjusted(members.map { rows[$0].log10P ?? 0 })
            for (row, value) in zip(members, adjusted) {
                (rows[row].adjustedLog10P, rows[row].adjustment) = (value, adjustment)
            }
        }
    }

    /// How p values were adjusted, in one sentence.
    var note: String {
        let claims =
            "Adjusted p: Wilcoxon's, zeros dropped, by Holm over the models, data sets and seeds of one "
            + "transformation with its parameters (classes by themselves)"
        let explored = grids.sorted().joined(separator: ", ")
        return grids.isEmpty
            ? claims + "."
            : claims
                + "; of \(explored), which is a grid of more than \(Self.gridSize) settings, by Benjamini and Hochberg over all."
    }

    private func family(of row: EffectRow) -> Family {
        let isGrid = grids.contains(row.cell.transformKind)
        return Family(
            transform: row.cell.transformKind,
            parameters: isGrid ? nil : row.cell.parameters,
            isOfClasses: row.label != nil,
            measure: row.measure
        )
    }
}

extension Adjustment {
    fileprivate func adjusted(_ log10P: [Double]) -> [Double] {
        switch self {
        case .holm: Multiplicity.holm(log10P)
        case .benjaminiHochberg: Multiplicity.benjaminiHochberg(log10P)
        }
    }
}
