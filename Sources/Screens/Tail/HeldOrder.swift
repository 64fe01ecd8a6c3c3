// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

/// Keeps the order of a list of cells while it is held, whatever the source would order them like by now.
///
/// What was in view when the hold began stays where it was; what comes into view is taken in the source's order, each
/// cell once, so that what is new comes behind.
package struct HeldOrder: Sendable {
    /// Cells that are asked for by their places at once.
    private static let limit = 64

    /// What a source answers to a request, whose hold is not its to keep.
    package typealias Read = (_ request: CellRequest) async throws -> CellWindow

    /// The places in the run that stand at each position, as far as they are known; nil while nothing is held.
    private var held: [Int: Int]?
    /// The last window, in the order in which it was shown.
    private var last: (first: Int, ordinals: [Int]) = (0, [])
    /// What the hold is of: another filter or order ends it.
    private var query = CellQuery()

    package init() {}

    /// The window for a request.
    package mutating func window(_ request: CellRequest, _ read: Read) async rethrows -> CellWindow {
        if !request.isHeld || request.query != query { held = nil }
        // Positions in another list say nothing of this one.
        if request.query != query { last = (0, []) }
        query = request.query
        if request.isHeld, held == nil {
            held = Dictionary(uniqueKeysWithValues: last.ordinals.enumerated().map { (last.first + $0, $1) })
        }
        var window = try await read(request)
        window.query = request.query
        if held != nil { try await arrange(&window, read) }
        last = (window.first, window.cells.map(\.ordinal))
        return window
    }

    /// Puts the cells of a window that the source ordered anew where they were.
    private mutating func arrange(_ window: inout CellWindow, _ read: Read) async rethrows {
        let positions = window.first..<(window.first + window.cells.count)
        let placed = Set(held?.values ?? [:].values)
        var fresh = window.cells.filter { !placed.contains($0.ordinal) }[...]
        for position in positions where held?[position] == nil {
            if let cell = fresh.popFirst() { held?[position] = cell.ordinal }
        }
        let wanted = positions.compactMap { held?[$0] }
        var known = Dictionary(window.cells.map { ($0.ordinal, $0) }) { first, _ in first }
        var missing = wanted.filter { known[$0] == nil }[...]
        while !missing.isEmpty {
            var request = CellRequest()
            request.query.ordinals = Array(missing.prefix(Self.limit))
            request.limit = Self.limit
            for cell in try await read(request).cells { known[cell.ordinal] = cell }
            missing = missing.dropFirst(Self.limit)
        }
        window.cells = wanted.compactMap { known[$0] }
        if let selected = window.selected {
            window.selected?.position = held?.first { $0.value == selected.cell.ordinal }?.key
        }
    }
}
