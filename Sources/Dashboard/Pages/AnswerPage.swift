// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// The rows of an answer, as pages and their twins show them.
struct ShownAnswer: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        var title: String
        var isNumeric: Bool
    }

    /// What all rows share, such as `seed 0`.
    var shared: [String]
    var columns: [Column]
    var rows: [[String]]
    /// The same rows as JSON objects.
    var objects: [String]
    /// What a reader must know to judge them.
    var notes: [String]
    /// When the rows were made.
    var time = Date()
}

/// Effects, or claims: what is made of all rows of a run, once for every change.
struct AnswerPage {
    var facts: RunFacts
    var kind: RunPage
    /// What the page is about, in a sentence.
    var introduction: HTML
    var standing: Computed<AnswerKey, ShownAnswer>.Standing
    /// The page of rows, counted from 1.
    var page: Int

    func html(_ links: Links) -> HTML {
        "<p>\(introduction)</p>\n<div id=\"\(kind.rawValue)\" data-part>\(content(links))</div>"
    }

    private func content(_ links: Links) -> HTML {
        switch standing {
        case .underway:
            return "<p class=\"empty\">This is being computed from all rows of the run; it appears here when done.</p>"
        case .failed(let reason): return "<p class=\"empty\">\(reason)</p>"
        case .ready(let sheet, let isOld):
            let paging = Paging(page: page, total: sheet.rows.count)
            let rows = sheet.rows.dropFirst(paging.start).prefix(Paging.size)
            let notes: [HTML] = sheet.notes.map { "<li>\($0)</li>" }
            let age: HTML = isOld ? " The run has grown since; newer rows follow." : ""
            let time: HTML =
                "<time datetime=\"\(PageFrame.machineTime(sheet.time))\">\(PageFrame.humanTime(sheet.time))</time>"
            let shared: HTML = sheet.shared.isEmpty ? "" : " All rows: \(sheet.shared.joined(separator: " · "))."
            let table = DataTable(
                caption: "\(kind.title) of run \(facts.run)",
                columns: sheet.columns.map { .init(title: $0.title, isNumeric: $0.isNumeric) },
                rows: rows.map { row in row.map(Self.text) },
                empty: "<p class=\"empty\">No row yet.</p>"
            )
            return """
                <p class="count">Computed at \(time).\(age)\(shared)</p>
                \(table.html)
                \(paging.html { links.run(facts.run, kind, [QueryItem("page", "\($0)")]) })<ul class="notes">\(notes)</ul>
                """
        }
    }

    /// A long text takes several lines.
    private static func text(_ text: String) -> HTML {
        text.count > 30 ? "<span class=\"wide\">\(text)</span>" : "\(text)"
    }

    /// The rows as JSON; with the reason instead, where there are none.
    func json() throws -> String {
        struct Head: Encodable {
            var run: String
            var state: String
            var reason: String?
            var total = 0
            var page: Int
            var computed: String?
            var notes: [String] = []
        }
        var head = Head(run: facts.run, state: "underway", page: page)
        var objects: [String] = []
        switch standing {
        case .underway: break
        case .failed(let reason): (head.state, head.reason) = ("failed", reason)
        case .ready(let sheet, let isOld):
            head.state = isOld ? "old" : "current"
            head.total = sheet.objects.count
            head.computed = PageFrame.machineTime(sheet.time)
            head.notes = sheet.notes
            objects = Array(sheet.objects.dropFirst((page - 1) * Paging.size).prefix(Paging.size))
        }
        let text = try ReportJSON.text(head)
        return text.dropLast() + ",\"rows\":[" + objects.joined(separator: ",") + "]}\n"
    }
}

/// What an answer is kept by.
struct AnswerKey: Hashable, Sendable {
    var run: String
    var page: RunPage
}
