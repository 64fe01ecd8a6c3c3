// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Synchronization

/// The values of a cell that is being recorded by this process, so that they need not be read again.
struct GrowingCell {
    var values: ImageValues
    let measure: CellSummary.Measure
    /// Images that the stored summary is of.
    var summarised = 0
    /// Whether the store lists the cell as not summarised.
    var isNoted = false
}

/// The cells that this process recorded parts of lately, and those that these are compared with.
///
/// What is kept here is recorded: a transaction takes cells out, and puts them back when it is committed. What is lost is
/// read from the store.
final class GrowingCells: Sendable {
    /// Images that are kept at most; each takes five bytes.
    private static let mostImages = 6 << 20
    /// What a cell takes beside its images, in images.
    private static let overhead = 64

    private struct State {
        var cells: [Int64: (cell: GrowingCell, use: Int)] = [:]
        var images = 0
        var uses = 0
    }

    private let state = Mutex(State())

    func contains(_ key: Int64) -> Bool { state.withLock { $0.cells[key].map { !$0.cell.values.isComplete } ?? false } }

    /// Takes a cell out, if it is here.
    func take(_ key: Int64) -> GrowingCell? {
        state.withLock { state in
            guard let found = state.cells.removeValue(forKey: key) else { return nil }
            state.images -= found.cell.values.images + Self.overhead
            return found.cell
        }
    }

    /// A cell's values, if they are here.
    func values(_ key: Int64) -> (measure: CellSummary.Measure, values: ImageValues)? {
        state.withLock { state in
            guard let found = state.cells[key] else { return nil }
            state.uses += 1
            state.cells[key]?.use = state.uses
            return (found.cell.measure, found.cell.values)
        }
    }

    /// Keeps cells, and of others those that were used last.
    func put(_ cells: [Int64: GrowingCell]) {
        guard !cells.isEmpty else { return }
        state.withLock { state in
            for (key, cell) in cells {
                state.uses += 1
                if let old = state.cells.updateValue((cell, state.uses), forKey: key) {
                    state.images -= old.cell.values.images + Self.overhead
                }
                state.images += cell.values.images + Self.overhead
            }
            guard state.images > Self.mostImages else { return }
            for (key, old) in state.cells.sorted(by: { $0.value.use < $1.value.use }) {
                guard state.images > Self.mostImages / 2 else { break }
                state.cells[key] = nil
                state.images -= old.cell.values.images + Self.overhead
            }
        }
    }
}
