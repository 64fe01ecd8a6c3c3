// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A table of a page, which scrolls by itself where the page is narrow.
struct DataTable {
    struct Column {
        var title: String
        /// Whether numbers stand in it.
        var isNumeric = false
        /// What the title means; shown where the pointer rests.
        var note = ""
        /// Where the same table is sorted by it; nil where it cannot be.
        var sortAddress: String?
        /// Whether the table is sorted by it, and how.
        var direction: Direction?
    }

    enum Direction: String {
        case ascending, descending
    }

    /// What the table shows, for those who cannot see where it stands.
    var caption: String
    var columns: [Column]
    /// The cells of each row; the first names the row.
    var rows: [[HTML]]
    /// What stands there instead of no rows.
    var empty: HTML = "<p class=\"empty\">Nothing to show.</p>"

    var html: HTML {
        guard !rows.isEmpty else { return empty }
        return """
            <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
            <table>
            <caption class="hidden">\(caption)</caption>
            <thead><tr>\(columns.map(Self.heading))</tr></thead>
            <tbody>
            \(rows.map(row))</tbody>
            </table>
            </div>
            """
    }

    private static func heading(_ column: Column) -> HTML {
        let kind: HTML = column.isNumeric ? " class=\"number\"" : ""
        let note: HTML = column.note.isEmpty ? "" : " title=\"\(column.note)\""
        let sort: HTML? = column.direction.map { " aria-sort=\"\($0.rawValue)\"" }
        guard let address = column.sortAddress else {
            return "<th scope=\"col\"\(kind)\(note)\(sort)>\(column.title)</th>"
        }
        return "<th scope=\"col\"\(kind)\(note)\(sort)><a href=\"\(address)\">\(column.title)</a></th>"
    }

    private func row(_ cells: [HTML]) -> HTML {
        let parts: [HTML] = zip(columns, cells).enumerated().map { position, pair in
            let kind: HTML = pair.0.isNumeric ? " class=\"number\"" : ""
            return position == 0 ? "<th scope=\"row\"\(kind)>\(pair.1)</th>" : "<td\(kind)>\(pair.1)</td>"
        }
        return "<tr>\(parts)</tr>\n"
    }
}

/// Facts with their names.
struct FactList {
    var facts: [(name: String, value: HTML)]

    var html: HTML {
        let items: [HTML] = facts.map { "<dt>\($0.name)</dt><dd>\($0.value)</dd>\n" }
        return "<dl class=\"facts\">\(items)</dl>\n"
    }
}

/// Which of many rows a page shows.
struct Paging: Hashable {
    /// Rows of a page.
    static let size = 100

    /// The page, counted from 1.
    var page: Int
    /// Rows of all pages.
    var total: Int

    var pages: Int { max(1, (total + Self.size - 1) / Self.size) }
    /// The first row, counted from 0.
    var start: Int { (page - 1) * Self.size }

    /// Links to the pages around this one; nothing where all is on one.
    ///
    /// - Parameter address: A page's address.
    /// - Returns: The links.
    func html(_ address: (Int) -> String) -> HTML {
        guard pages > 1 || page > 1 else { return "" }
        let last = min(total, start + Self.size)
        let shown = start < total ? "\(HumanText.count(start + 1))–\(HumanText.count(last))" : "none"
        func link(_ number: Int, _ text: String, _ relation: String) -> HTML {
            guard number != page, (1...pages).contains(number) else { return "<span class=\"off\">\(text)</span>" }
            return "<a href=\"\(address(number))\" rel=\"\(relation)\">\(text)</a>"
        }
        return """
            <nav class="paging" aria-label="Pages of the table"><p>\(shown) of \(HumanText.count(total))</p>
            \(link(1, "First", "first")) \(link(page - 1, "Previous", "prev")) \
            \(link(page + 1, "Next", "next")) \(link(pages, "Last", "last"))</nav>

            """
    }
}
