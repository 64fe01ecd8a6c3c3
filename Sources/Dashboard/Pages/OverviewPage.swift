// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// All runs of the store.
struct OverviewPage: Encodable {
    /// The runs of this page, the newest first.
    var runs: [RunFacts]
    /// Runs of all pages.
    var total: Int
    /// The page, counted from 1.
    var page: Int
    /// The file.
    var store: String

    func html(_ links: Links) -> HTML {
        let table = DataTable(
            caption: "Runs of \(store), the newest first",
            columns: [
                .init(title: "run"), .init(title: "state"), .init(title: "progress"),
                .init(title: "images", isNumeric: true), .init(title: "cells", isNumeric: true),
                .init(title: "begun"), .init(title: "sweep"),
            ],
            rows: runs.map { row($0, links) },
            empty: """
                <p class="empty">The store <code>\(store)</code> holds no run yet. Start one with \
                <code>coordinator run SWEEP --store \(store)</code>.</p>
                """
        )
        let paging = Paging(page: page, total: total)
        return """
            <p>Results in <code>\(store)</code></p>
            <div id="runs" data-part>
            \(table.html)
            \(paging.html { links.runs + RequestTarget.query([QueryItem("page", "\($0)")]) })</div>
            """
    }

    private func row(_ facts: RunFacts, _ links: Links) -> [HTML] {
        func live(_ field: String) -> HTML {
            "<span data-run=\"\(facts.run)\" data-field=\"\(field)\">\(facts.fields[field] ?? "")</span>"
        }
        return [
            "<a href=\"\(links.run(facts.run))\">\(facts.run)</a>",
            "<span class=\"badge\" data-badge=\"\(facts.state)\">\(live("state"))</span>",
            """
            <progress max="1" value="\(HumanText.fixed(facts.share, decimals: 4))" data-run="\(facts.run)" \
            aria-label="Images of \(facts.run) scored"></progress> \(live("percent"))
            """,
            live("images"), live("cells"), "<time datetime=\"\(facts.created)\">\(facts.created)</time>",
            "\(facts.sweep)",
        ]
    }
}
