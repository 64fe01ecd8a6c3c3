// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

/// The list of cells: which one is selected, which are in view, and how they are ordered.
///
/// What is selected is a cell, not a row: where it goes, the selection goes. The order is held while the cursor moves and
/// while it is frozen, so that nothing runs away from under the cursor; figures go on changing.
struct CellList: Sendable {
    /// For how many seconds the order is held after a key that moves the cursor.
    private static let holdingTime = 5.0
    private static let orders: [CellQuery.Order] = [.model, .run, .difference, .mean, .deviation, .raised, .recorded]

    var filter = FilterField()
    /// Whether the order is frozen until it is asked to go on.
    private(set) var isFrozen = false
    /// Whether cells are followed by their classes.
    private(set) var showsClasses: Bool
    private(set) var order = CellQuery.Order.model
    private(set) var isDescending = false
    private(set) var page = CellWindow()
    /// The selected cell as it was known last.
    private(set) var selected: SummarisedCell?
    private(set) var names = CellNames()
    private var scales: [String: ModelScale] = [:]

    private var position = 0
    private var top = 0
    private var heldUntil = 0.0
    /// How many rows of the last frame had room, at least one.
    private var room = 10

    init(showsClasses: Bool = false) { self.showsClasses = showsClasses }

    /// Whether there is nothing to show, or nothing yet.
    var isEmpty: Bool { page.matching == 0 }

    /// What the order is called.
    var orderName: String {
        let name =
            switch order {
            case .run: "run order"
            case .model: "model and data set"
            case .difference: "change"
            case .deviation: "spread"
            case .recorded: "images"
            case let other: other.rawValue
            }
        if order == .run || order == .model { return isDescending ? "\(name), reversed" : name }
        return "\(name), \(isDescending ? "greatest" : "least") first"
    }

    func isHeld(at now: Double) -> Bool { isFrozen || now < heldUntil }

    /// When the order is let go by itself; nil when it is not held, or frozen.
    func release(after now: Double) -> Double? { !isFrozen && now < heldUntil ? heldUntil : nil }

    /// What is to be asked for.
    func request(at now: Double, rows: Int) -> CellRequest {
        var request = CellRequest()
        request.query.words = filter.words
        (request.query.order, request.query.isDescending) = (order, isDescending)
        request.isHeld = isHeld(at: now)
        request.first = max(0, top - rows)
        request.limit = 3 * rows
        request.selected = selected?.ordinal
        return request
    }

    /// Takes what the source knows.
    mutating func receive(_ new: CellWindow) {
        if new.query.words != page.query.words, new.selected?.position == nil {
            // The filter hides what was selected: what it shows is looked at from the beginning.
            (position, top, selected) = (0, 0, nil)
        }
        page = new
        learn(new)
        if let known = new.selected, known.cell.ordinal == selected?.ordinal {
            selected = known.cell
            if let place = known.position { follow(to: place) }
        }
        if let index = new.cells.firstIndex(where: { $0.ordinal == selected?.ordinal }) {
            selected = new.cells[index]
            follow(to: new.first + index)
        }
        position = max(0, min(position, new.matching - 1))
        // A cell that the filter hides is selected no more; the row under the cursor is.
        if let cell = new[position], selected == nil || new.selected == nil { selected = cell }
    }

    /// The scale of a cell's distributions, which all of its model's cells share; nil where nothing is known.
    func scale(of cell: SummarisedCell) -> ModelScale? { scales[cell.spec.model] }

    private mutating func learn(_ new: CellWindow) {
        let cells = new.cells + (new.selected.map { [$0.cell] } ?? [])
        names.add(cells)
        for cell in cells { scales[cell.spec.model, default: ModelScale()].add(cell) }
        for model in Set(cells.map(\.spec.model)) {
            if let range = new.scales[model] { scales[model]?.widen(range) }
            scales[model]?.settle()
        }
    }

    /// Keeps the selected cell on its line of the screen while it moves in the list.
    private mutating func follow(to place: Int) {
        top = max(0, top + place - position)
        position = place
    }

    /// Takes a key that moves the cursor or changes the list; false for another.
    mutating func take(_ key: Key, at now: Double) -> Bool {
        switch key {
        case .character("j"), .down, .control("n"): move(by: 1, at: now)
        case .character("k"), .up, .control("p"): move(by: -1, at: now)
        case .pageDown, .control("f"): move(by: room, at: now)
        case .pageUp, .control("b"): move(by: -room, at: now)
        case .control("d"): move(by: max(1, room / 2), at: now)
        case .control("u"): move(by: -max(1, room / 2), at: now)
        case .character("g"), .home: move(by: -position, at: now)
        case .character("G"), .end: move(by: page.matching, at: now)
        case .character("n"): move(to: (position + 1) % max(1, page.matching), at: now)
        case .character("N"): move(to: position > 0 ? position - 1 : page.matching - 1, at: now)
        case .character("s"): sort(by: Self.orders[((Self.orders.firstIndex(of: order) ?? 0) + 1) % Self.orders.count])
        case .character("S"):
            isDescending.toggle()
            if position == 0 { selected = nil }
            heldUntil = 0
        case .character(" "), .character("p"), .character("Z"): isFrozen.toggle()
        case .character("c"): showsClasses.toggle()
        default: return false
        }
        return true
    }

    private mutating func sort(by new: CellQuery.Order) {
        order = new
        // Who looks at the first row wants to see the new first one.
        if position == 0 { selected = nil }
        // Of figures the greatest are looked for.
        isDescending = new != .run && new != .model
        heldUntil = 0
    }

    private mutating func move(by step: Int, at now: Double) { move(to: position + step, at: now) }

    private mutating func move(to place: Int, at now: Double) {
        position = max(0, min(place, page.matching - 1))
        selected = page[position] ?? selected
        if let cell = page[position] { selected = cell } else { selected = nil }
        heldUntil = now + Self.holdingTime
    }

    /// The lines in view, `height` at most, the selected cell's among them.
    ///
    /// `lines` gives those of the cell at a position, which follows that at another one; nil where the source was not heard
    /// yet.
    mutating func lines(height: Int, _ lines: (_ position: Int, _ previous: Int?) -> [ScreenLine]?) -> [ScreenLine] {
        top = min(top, position)
        var shown = draw(height, lines)
        while !shown.hasSelection, top < position {
            top += 1
            shown = draw(height, lines)
        }
        // No room is left empty at the end while there are cells above.
        while shown.lines.count < height, top > 0 {
            top -= 1
            let more = draw(height, lines)
            guard more.hasSelection else {
                top += 1
                break
            }
            shown = more
        }
        room = max(1, shown.cells - 1)
        return Array(shown.lines.prefix(height))
    }

    /// The cells from the first in view on, and whether the selected one is among them with all of its lines.
    private func draw(
        _ height: Int,
        _ lines: (_ position: Int, _ previous: Int?) -> [ScreenLine]?
    )
        -> (lines: [ScreenLine], cells: Int, hasSelection: Bool)
    {
        var (shown, at, hasSelection) = ([ScreenLine](), top, false)
        while at < page.matching, shown.count < height {
            shown += lines(at, at > top ? at - 1 : nil) ?? [ScreenLine("  …", .faint)]
            // With its classes a cell may have more lines than there is room.
            if at == position { hasSelection = shown.count <= height || at == top }
            at += 1
        }
        return (shown, at - top, hasSelection)
    }

    func isSelected(_ place: Int) -> Bool { place == position }

    /// Where the cursor is, counted from 1.
    var place: Int { position + 1 }
}
