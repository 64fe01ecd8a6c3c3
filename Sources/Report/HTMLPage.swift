// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A report's page as HTML: one file that needs no other, no script and no network.
package struct HTMLPage: Sendable {
    private let document: ReportDocument

    /// The page of `document`.
    package init(_ document: ReportDocument) { self.document = document }

    /// Nothing but the page's own styles and pictures is ever loaded, whatever a name in it says.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

    /// The file's text.
    package var text: String {
        var html = HTML()
        html.add(markup: "<!DOCTYPE html>\n")
        html.element("html", [("lang", document.language)]) { html in
            head(&html)
            html.element("body") { html in
                html.element("a", [("class", "skip"), ("href", "#content")], words: "Skip to the content")
                header(&html)
                navigation(&html)
                html.element("main", [("id", "content"), ("tabindex", "-1")]) { html in
                    for section in document.sections { Self.add(section, level: 2, to: &html) }
                }
                html.newline()
            }
        }
        html.newline()
        return html.text
    }

    private func head(_ html: inout HTML) {
        html.element("head") { html in
            html.void("meta", [("charset", "utf-8")])
            html.void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
            html.void("meta", [("http-equiv", "Content-Security-Policy"), ("content", Self.policy)])
            html.void("meta", [("name", "color-scheme"), ("content", "light dark")])
            html.void("meta", [("name", "bitsweep-certificate"), ("content", "sha256:\(document.certificate)")])
            html.element("title", words: document.title)
            html.element("style") { $0.add(markup: Stylesheet.text) }
        }
        html.newline()
    }

    private func header(_ html: inout HTML) {
        html.element("header") { html in
            html.element("h1", words: document.title)
            html.element("p", words: document.subtitle)
        }
        html.newline()
    }

    private func navigation(_ html: inout HTML) {
        html.element("nav", [("aria-label", "Contents")]) { html in
            html.element("ul") { html in
                for section in document.sections {
                    html.element("li") { html in
                        html.element("a", [("href", "#\(section.id)")], words: section.title)
                    }
                }
            }
        }
        html.newline()
    }

    private static func add(_ section: ReportSection, level: Int, to html: inout HTML) {
        html.element("section", [("id", section.id), ("aria-labelledby", "\(section.id)-title")]) { html in
            let id: [(StaticString, String)] = [("id", "\(section.id)-title")]
            switch level {
            case 2: html.element("h2", id, words: section.title)
            case 3: html.element("h3", id, words: section.title)
            default: html.element("h4", id, words: section.title)
            }
            html.newline()
            for block in section.blocks { add(block, to: &html) }
            for inner in section.sections { add(inner, level: level + 1, to: &html) }
        }
        html.newline()
    }

    private static func add(_ block: ReportBlock, to html: inout HTML) {
        switch block {
        case .paragraph(let text): html.element("p") { add(text, to: &$0) }
        case .list(let items):
            html.element("ul") { html in
                for item in items { html.element("li") { add(item, to: &$0) } }
            }
        case .facts(let facts):
            html.element("dl") { html in
                for fact in facts {
                    html.element("dt", words: fact.name)
                    html.element("dd") { add(fact.text, to: &$0) }
                }
            }
        case .table(let table): add(table, to: &html)
        case .figure(let figure): add(figure, to: &html)
        case .commands(let lines):
            html.element("pre", [("tabindex", "0")]) { $0.element("code", words: lines.joined(separator: "\n")) }
        }
        html.newline()
    }

    private static func add(_ text: ReportText, to html: inout HTML) {
        for span in text.spans {
            switch span {
            case .plain(let words): html.add(words)
            case .strong(let words): html.element("strong", words: words)
            case .code(let words): html.element("code", words: words)
            case .link(let words, let target): html.element("a", [("href", target)], words: words)
            }
        }
    }
}

// Tables and figures.
extension HTMLPage {
    private static func add(_ table: ReportTable, to html: inout HTML) {
        let region: [(StaticString, String)] = [
            ("class", "table"), ("role", "region"), ("aria-label", table.caption), ("tabindex", "0"),
        ]
        html.element("div", region) { html in
            html.element("table") { html in
                html.element("caption", words: table.caption)
                html.element("thead") { html in
                    html.element("tr") { html in
                        for column in table.columns {
                            let kind: [(StaticString, String)] = column.isNumber ? [("class", "n")] : []
                            html.element("th", [("scope", "col")] + kind, words: column.title)
                        }
                    }
                }
                html.element("tbody") { html in
                    for row in table.rows { add(row, of: table, to: &html) }
                }
            }
        }
        add(rest(of: table), to: &html)
    }

    private static func add(_ row: [String], of table: ReportTable, to html: inout HTML) {
        html.element("tr") { html in
            for (place, (entry, column)) in zip(row, table.columns).enumerated() {
                let kind: [(StaticString, String)] = column.isNumber ? [("class", "n")] : []
                if place == 0 {
                    html.element("th", [("scope", "row")] + kind, words: entry)
                } else {
                    html.element("td", kind, words: entry)
                }
            }
        }
        html.newline()
    }

    /// How much of a table is shown, and where all of it is.
    private static func rest(of table: ReportTable) -> ReportText? {
        let links = links(to: table.files)
        let isWhole = table.rows.count == table.total
        let count = "\(HumanText.count(table.rows.count)) of \(HumanText.count(table.total)) rows are shown."
        if table.files.isEmpty { return isWhole ? nil : ReportText(count) }
        return ReportText((isWhole ? [] : [.plain(count + " ")]) + [.plain("All rows: ")] + links)
    }

    private static func links(to files: [String]) -> [ReportText.Span] {
        files.enumerated().flatMap { place, file -> [ReportText.Span] in
            (place == 0 ? [] : [.plain(", ")]) + [.link(file, to: file)]
        }
    }

    private static func add(_ note: ReportText?, to html: inout HTML) {
        guard let note else { return }
        html.element("p", [("class", "note")]) { add(note, to: &$0) }
    }

    private static func add(_ figure: ReportFigure, to html: inout HTML) {
        html.element("figure") { html in
            html.element("div", [("class", "picture")]) { $0.add(markup: figure.svg) }
            html.element("figcaption") { html in
                html.element("p") { html in
                    html.element("strong", words: figure.finding)
                    html.add(" \(figure.caption)")
                }
                if !figure.files.isEmpty { add(ReportText([.plain("Files: ")] + links(to: figure.files)), to: &html) }
            }
            add(figure.table, to: &html)
        }
    }
}
