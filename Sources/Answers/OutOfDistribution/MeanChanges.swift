// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// The mean changes of scored sets, each read once though a set is asked about from either side.
struct MeanChanges {
    private let store: ResultStore
    /// Those seen last, with the cells that they are means over.
    private var known: [(cells: [CellID], changes: [Double])] = []

    init(_ store: ResultStore) { self.store = store }

    /// For each image of `set`, the mean of its differences in `cells`; not a number for one that a cell lacks.
    mutating func changes(_ set: ScoredSet, _ cells: [RunCell]) throws -> [Double] {
        let ids = cells.map(\.id)
        if let known = known.last(where: { $0.cells == ids }) { return known.changes }
        let changes = try read(set, cells)
        // Two sets, each on either side, come soon after each other.
        if known.count == 4 { known.removeFirst() }
        known.append((ids, changes))
        return changes
    }

    private func read(_ set: ScoredSet, _ cells: [RunCell]) throws -> [Double] {
        var sums: [UInt32: (sum: Double, count: Int)] = [:]
        for cell in cells {
            let after = try store.values(of: cell.id) { $0 == "bpd" }
            let pair = PairedColumns(after: after, before: set.columns)
            for (index, change) in zip(pair.indices, pair.differences(of: "bpd") ?? []) {
                let known = sums[index] ?? (0, 0)
                sums[index] = (known.sum + change, known.count + 1)
            }
        }
        return set.columns.indices.map { index in
            sums[index].flatMap { $0.count == cells.count ? $0.sum / Double($0.count) : nil } ?? .nan
        }
    }
}
