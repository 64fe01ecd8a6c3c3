// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Which workers came with attempts of cells that are not known yet.
struct Claims: Sendable {
    private var claimants: [CellID: [WorkerID]] = [:]

    var isEmpty: Bool { claimants.isEmpty }
    /// The claimed cells in the order of their ids.
    var cells: [CellID] { claimants.keys.sorted() }

    /// In no order, for the invariants alone.
    var all: [(cell: CellID, worker: WorkerID)] {
        claimants.flatMap { cell, workers in workers.map { (cell, $0) } }
    }

    func contains(_ worker: WorkerID, on cell: CellID) -> Bool {
        !claimants.isEmpty && claimants[cell]?.contains(worker) == true
    }

    mutating func add(_ worker: WorkerID, on cell: CellID) {
        if !contains(worker, on: cell) { claimants[cell, default: []].append(worker) }
    }

    mutating func remove(_ worker: WorkerID, on cell: CellID) {
        guard let others = claimants[cell]?.filter({ $0 != worker }) else { return }
        claimants[cell] = others.isEmpty ? nil : others
    }

    /// Forgets who claims the cell, and returns them in the order in which they came.
    mutating func removeAll(on cell: CellID) -> [WorkerID] {
        claimants.removeValue(forKey: cell) ?? []
    }
}
