// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
package import Statistics
import Vocabulary

/// The full screen of `coordinator tail`, as a value: keys and news go in, frames and wishes come out.
///
/// Times are seconds of any clock that never goes back.
package struct TailScreen: Sendable {
    /// What is looked at.
    package enum View: Int, Hashable, Sendable, CaseIterable {
        case overview = 1
        case cell, workers, failures
    }

    /// What a key wants that is not the screen's to do.
    package enum Wish: Hashable, Sendable {
        /// To leave.
        case quit
        /// To leave as one leaves with Ctrl-C.
        case interrupt
        /// To stop until the shell goes on with it.
        case suspend
        /// To have the whole screen drawn anew.
        case redraw
        /// To have a text in the clipboard.
        case copy(String)
        /// To know what became of a cell.
        case explain(SummarisedCell)
    }

    package private(set) var view = View.overview
    package var size: ScreenSize
    /// A text that covers the view: the help, or an explanation.
    private var cover: TailCover?
    private var cells: CellList
    private var lists: [View: TextList] = [:]
    private var facts: RunStanding?
    private var history = SpeedHistory()
    private var outage: TailHead.Outage?
    private var message: String?
    private let signs: ScreenSigns

    /// A screen that knows nothing yet; its list shows the classes of every cell from the beginning where wanted.
    package init(size: ScreenSize, signs: ScreenSigns, showsClasses: Bool = false) {
        (self.size, self.signs) = (size, signs)
        cells = CellList(showsClasses: showsClasses)
    }

    // MARK: News

    /// What is known of the run, and of the cells that were asked for.
    package mutating func receive(_ facts: RunStanding, _ page: CellWindow, at now: Double) {
        (self.facts, outage) = (facts, nil)
        cells.receive(page)
        history.note(facts, at: now)
    }

    /// That the source cannot be reached; what was known stays, and says so.
    package mutating func lose(_ reason: String, at now: Double) {
        outage = TailHead.Outage(reason: reason, since: outage?.since ?? now)
    }

    /// A line for the person, until the next key.
    package mutating func say(_ text: String) { message = text }

    /// What became of a cell.
    package mutating func explain(_ title: String, _ lines: [String]) {
        cover = TailCover(title: title, lines: lines)
    }

    /// What is to be asked for.
    package func request(at now: Double) -> CellRequest { cells.request(at: now, rows: size.height) }

    /// When the screen changes without news; nil when it does not.
    package func nextChange(after now: Double) -> Double? { cells.release(after: now) }

    // MARK: Keys

    /// Takes a key.
    package mutating func take(_ key: Key, at now: Double) -> [Wish] {
        message = nil
        switch key {
        case .control("c"): return [.interrupt]
        case .control("z"): return [.suspend]
        case .control("l"): return [.redraw]
        default: break
        }
        if takeFilter(key) { return [] }
        if cover != nil { return takeCovered(key) }
        return takeUncovered(key, at: now)
    }

    private mutating func takeFilter(_ key: Key) -> Bool {
        guard filter.isOpen else { return false }
        return changingFilter { $0.take(key) }
    }

    /// The filter of what is looked at.
    private var filter: FilterField {
        cover?.list.filter ?? (view == .overview ? cells.filter : lists[view]?.filter ?? FilterField())
    }

    private mutating func changingFilter<Value>(_ change: (inout FilterField) -> Value) -> Value {
        if var shown = cover {
            defer { cover = shown }
            return change(&shown.list.filter)
        }
        return view == .overview ? change(&cells.filter) : change(&lists[view, default: TextList()].filter)
    }

    private mutating func takeCovered(_ key: Key) -> [Wish] {
        switch key {
        case .escape where !filter.text.isEmpty: changingFilter { $0.clear() }
        case .escape, .character("q"), .character("?"), .character("h"), .function(1), .backspace, .left: cover = nil
        case .character("/"): changingFilter { $0.open() }
        default: _ = cover?.list.take(key, page: size.height - 4)
        }
        return []
    }

    private mutating func takeUncovered(_ key: Key, at now: Double) -> [Wish] {
        switch key {
        case .character("q"): return [.quit]
        case .character("?"), .character("h"), .function(1): cover = TailCover(title: "Help")
        case .character("/"): changingFilter { $0.open() }
        case .character("1"), .character("2"), .character("3"), .character("4"):
            if case .character(let digit) = key { view = View(rawValue: digit.wholeNumberValue ?? 1) ?? view }
        case .tab: step(by: 1)
        case .backTab: step(by: -1)
        case .enter where view == .overview, .right where view == .overview:
            if cells.selected != nil { view = .cell }
        case .escape where !filter.text.isEmpty: changingFilter { $0.clear() }
        case .escape, .left, .backspace: view = .overview
        case .character("y"): return copy()
        case .character("e"): return cells.selected.map { [.explain($0)] } ?? sayingNothing()
        default: takeMoving(key, at: now)
        }
        return []
    }

    private mutating func takeMoving(_ key: Key, at now: Double) {
        if view == .overview {
            _ = cells.take(key, at: now)
        } else {
            _ = lists[view, default: TextList()].take(key, page: size.height - 6)
        }
    }

    private mutating func step(by places: Int) {
        let all = View.allCases
        view = all[(view.rawValue - 1 + places + all.count) % all.count]
    }

    private mutating func copy() -> [Wish] {
        guard let id = cells.selected?.id else { return sayingNothing() }
        message = "copied \(id); it is printed when you leave, too"
        return [.copy("\(id)")]
    }

    private mutating func sayingNothing() -> [Wish] {
        message = "no cell is selected"
        return []
    }

    // MARK: Frames

    /// What is to be seen now.
    package mutating func frame(at now: Double) -> Frame {
        guard size.isEnough else { return smallFrame() }
        guard let facts else { return frame(waiting(at: now), bottom: "q quit") }
        if cover != nil { return coverFrame() }
        let head = head(facts, at: now)
        let height = size.height - head.count - 1
        return frame(head + body(facts, height: height), bottom: bottom(at: now))
    }

    private func smallFrame() -> Frame {
        let progress = facts.map { $0.progress.text(width: size.width) } ?? "waiting"
        let lines = ["\(progress)", outage.map { "reconnecting: \($0.reason)" } ?? facts?.title ?? ""]
        let need = "a window of \(ScreenSize.smallest.width)×\(ScreenSize.smallest.height) shows more"
        return Frame((lines + [need]).map(spelled), size: size)
    }

    private func waiting(at now: Double) -> [ScreenLine] {
        guard let outage else { return ["", "  Looking at the run …"] }
        return ["", ScreenLine("  Nobody answers yet; trying again.", .strong)]
            + DisplayWidth.wrap(outage.reason, to: size.width - 4).map { ScreenLine("  \($0)") }
    }

    /// `lines` above the bottom line.
    private func frame(_ lines: [ScreenLine], bottom: ScreenLine) -> Frame {
        let room = size.height - 1
        let body = lines.prefix(room) + Array(repeating: .empty, count: max(0, room - lines.count))
        var cursor: Frame.Position?
        if filter.isOpen { cursor = Frame.Position(row: room, column: 1 + DisplayWidth.of(filter.text)) }
        return Frame((body + [bottom]).map(spelled), size: size, cursor: cursor)
    }

    private func spelled(_ line: String) -> ScreenLine { ScreenLine(signs.spelled(line)) }

    private func spelled(_ line: ScreenLine) -> ScreenLine {
        guard signs.isASCII else { return line }
        return line.pieces.reduce(into: ScreenLine()) { $0.append(signs.spelled($1.text), $1.style) }
    }

    private func head(_ facts: RunStanding, at now: Double) -> [ScreenLine] {
        let held = cells.isFrozen ? "frozen, data live" : "order held"
        let head = TailHead(
            facts: facts,
            outage: outage,
            view: view,
            remark: view == .overview && cells.isHeld(at: now) ? held : nil,
            width: size.width,
            signs: signs
        )
        return head.lines(at: now)
    }

    private mutating func body(_ facts: RunStanding, height: Int) -> [ScreenLine] {
        switch view {
        case .overview: return overview(facts, height: height)
        case .cell: return list(CellContent.blocks(cells.selected, cells, width: size.width, signs), height)
        case .workers: return list(WorkerContent.blocks(facts, history, width: size.width, signs), height)
        case .failures: return list(FailureContent.blocks(facts, width: size.width, signs), height)
        }
    }

    private mutating func list(_ blocks: [TextList.Block], _ height: Int) -> [ScreenLine] {
        lists[view, default: TextList()].lines(blocks, height: height)
    }

    private mutating func overview(_ facts: RunStanding, height: Int) -> [ScreenLine] {
        guard !cells.isEmpty else {
            return EmptyOverview.lines(facts, history, filter: cells.filter.text, width: size.width, signs)
        }
        let table = OverviewTable(cells, width: size.width, signs)
        let head = table.remarks.prefix(height / 5) + [table.titles]
        return head + cells.lines(height: height - head.count) { table.lines($0, $1) }
    }

    private mutating func coverFrame() -> Frame {
        guard var shown = cover else { return frame([], bottom: .empty) }
        let lines = shown.content(size: size, signs)
        cover = shown
        return frame(lines, bottom: prompt ?? ScreenLine(shown.hint, .faint))
    }

    // MARK: The bottom line

    private var prompt: ScreenLine? { filter.isOpen ? ScreenLine("/\(filter.text)") : nil }

    private func bottom(at now: Double) -> ScreenLine {
        if let prompt { return prompt }
        if let message { return ScreenLine(message, .strong) }
        guard view == .overview else {
            return ScreenLine.hints(
                filter.text.isEmpty ? [] : ["filter: \(filter.text)"],
                ["Esc back", "/ filter", "? help", "q quit"],
                width: size.width
            )
        }
        let place = cells.isEmpty ? "" : "\(HumanText.count(cells.place))/\(HumanText.count(cells.page.matching))"
        let filtered = cells.filter.text.isEmpty ? [] : ["filter: \(cells.filter.text)"]
        return ScreenLine.hints(
            [place] + filtered + ["by \(cells.orderName)"],
            ["Enter open", "/ filter", "s sort", "c classes", "? help", "q quit"],
            width: size.width
        )
    }
}
