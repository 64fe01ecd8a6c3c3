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
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="\(document.language)">\(head)
            <body><a class="skip" href="#content">Skip to the content</a>\(header)
            \(navigation)
            <main id="content" tabindex="-1">\(document.sections.map { Self.html($0, level: 2) })</main>
            </body></html>

            """
        return page.markup
    }

    private var head: HTML {
        """
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
        <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">\
        <meta name="color-scheme" content="light dark">\
        <meta name="bitsweep-certificate" content="sha256:\(document.certificate)">\
        <title>\(document.title)</title><style>\(HTML(markup: Stylesheet.text))</style></head>
        """
    }

    private var header: HTML { "<header><h1>\(document.title)</h1><p>\(document.subtitle)</p></header>" }

    private var navigation: HTML {
        let items = document.sections.map { section -> HTML in
            "<li><a href=\"#\(section.id)\">\(section.title)</a></li>"
        }
        return "<nav aria-label=\"Contents\"><ul>\(items)</ul></nav>"
    }

    private static func html(_ section: ReportSection, level: Int) -> HTML {
        let heading = min(level, 4)
        return """
            <section id="\(section.id)" aria-labelledby="\(section.id)-title">\
            <h\(heading) id="\(section.id)-title">\(section.title)</h\(heading)>
            \(section.blocks.map(html))\(section.sections.map { html($0, level: level + 1) })</section>

            """
    }

    private static func html(_ block: ReportBlock) -> HTML {
        switch block {
        case .paragraph(let text): "<p>\(html(text))</p>\n"
        case .list(let items): "<ul>\(items.map { item -> HTML in "<li>\(html(item))</li>" })</ul>\n"
        case .facts(let facts):
            "<dl>\(facts.map { fact -> HTML in "<dt>\(fact.name)</dt><dd>\(html(fact.text))</dd>" })</dl>\n"
        case .table(let table): html(table) + "\n"
        case .figure(let figure): html(figure) + "\n"
        case .commands(let lines): "<pre tabindex=\"0\"><code>\(lines.joined(separator: "\n"))</code></pre>\n"
        }
    }

    private static func html(_ text: ReportText) -> HTML {
        HTML(
            text.spans.map { span -> HTML in
                switch span {
                case .plain(let words): "\(words)"
                case .strong(let words): "<strong>\(words)</strong>"
                case .code(let words): "<code>\(words)</code>"
                case .link(let words, let target): "<a href=\"\(target)\">\(words)</a>"
                }
            }
        )
    }
}

// Tables and figures.
extension HTMLPage {
    private static func html(_ table: ReportTable) -> HTML {
        let titles = table.columns.map { column -> HTML in
            "<th scope=\"col\"\(kind(column))>\(column.title)</th>"
        }
        return """
            <div class="table" role="region" aria-label="\(table.caption)" tabindex="0">\
            <table><caption>\(table.caption)</caption><thead><tr>\(titles)</tr></thead>\
            <tbody>\(table.rows.map { html($0, of: table) })</tbody></table></div>\(note(rest(of: table)))
            """
    }

    private static func html(_ row: [String], of table: ReportTable) -> HTML {
        let entries = zip(row, table.columns).enumerated().map { place, pair -> HTML in
            let (entry, column) = pair
            return place == 0
                ? "<th scope=\"row\"\(kind(column))>\(entry)</th>" : "<td\(kind(column))>\(entry)</td>"
        }
        return "<tr>\(entries)</tr>\n"
    }

    private static func kind(_ column: ReportTable.Column) -> HTML { column.isNumber ? " class=\"n\"" : "" }

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

    private static func note(_ text: ReportText?) -> HTML? {
        text.map { "<p class=\"note\">\(html($0))</p>" }
    }

    private static func html(_ figure: ReportFigure) -> HTML {
        let files = figure.files.isEmpty ? nil : ReportText([.plain("Files: ")] + links(to: figure.files))
        return """
            <figure><div class="picture">\(HTML(markup: figure.svg))</div>\
            <figcaption><p><strong>\(figure.finding)</strong> \(figure.caption)</p>\(note(files))</figcaption>\
            \(html(figure.table))</figure>
            """
    }
}
