// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Which page is asked for, and in which form.
struct PageRoute: Hashable {
    enum Page: Hashable {
        case overview
        case cells(run: String, CellTableQuery)
        case cell(run: String, CellID)
        /// Effects, claims, workers, failures.
        case below(run: String, RunPage)
    }

    let page: Page
    /// The page of a long table, counted from 1.
    let number: Int
    /// Whether figures are wanted, and not a page.
    let isTwin: Bool
    /// What is the same for those who ask for the same.
    let key: String

    /// What a path and a query ask for; nil where there is nothing.
    init?(_ path: [String], _ query: [QueryItem]) {
        var path = path
        var isTwin = false
        if let last = path.last, last.hasSuffix(".json") {
            isTwin = true
            path[path.count - 1] = String(last.dropLast(".json".count))
        }
        let number = query.last { $0.name == "page" }.flatMap { Int($0.value) } ?? 1
        self.isTwin = isTwin
        self.number = max(1, min(number, 1_000_000))
        let table = CellTableQuery(query)
        switch (path.count, path.first) {
        case (0, _), (1, "runs"), (1, "index"): page = .overview
        case (2, "runs"): page = .cells(run: path[1], table)
        case (3, "runs"):
            guard let below = RunPage(rawValue: path[2]) else { return nil }
            page = below == .cells ? .cells(run: path[1], table) : .below(run: path[1], below)
        case (4, "runs"):
            guard path[2] == RunPage.cells.rawValue, let cell = CellID(hexadecimal: path[3]) else { return nil }
            page = .cell(run: path[1], cell)
        default: return nil
        }
        // Links depend on how deep the page is.
        let (depth, form) = (path.count, isTwin ? "json" : "html")
        switch page {
        case .overview: key = "\(form) \(depth) overview \(self.number)"
        case .cells: key = "\(form) \(depth) \(path[1])\(RequestTarget.query(table.items))"
        case .cell, .below: key = "\(form) \(depth) \(path.joined(separator: "/")) \(self.number)"
        }
    }

    /// The run; nil for all of them.
    var run: String? {
        switch page {
        case .overview: nil
        case .cells(let run, _), .cell(let run, _), .below(let run, _): run
        }
    }
}
