// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Report

@Suite("A report's page")
struct HTMLPageTests {
    private let table = ReportTable(
        caption: "numbers <b>",
        columns: [.init("name"), .init("n", isNumber: true)],
        rows: [["a & b", "1"], ["\"c\"", "2"]],
        total: 7,
        files: ["tables/numbers.csv"]
    )

    private var page: String {
        let figure = ReportFigure(
            svg: "<svg role=\"img\"></svg>",
            finding: "It <rises>.",
            caption: "n = 2.",
            files: ["figures/a.svg"],
            table: table
        )
        let hostile = "<script>alert('x')</script>"
        return HTMLPage(
            ReportDocument(
                title: hostile,
                subtitle: "A & B",
                certificate: "00ff",
                sections: [
                    ReportSection(
                        id: "one",
                        title: "One \(hostile)",
                        blocks: [.paragraph("see \(.link("x", to: "#two")) and \(.code("<i>"))"), .figure(figure)],
                        sections: [
                            ReportSection(id: "two", title: "Two", blocks: [.table(table), .commands(["a && b"])])
                        ]
                    )
                ]
            )
        ).text
    }

    @Test("names are words and never markup")
    func escaping() {
        #expect(!page.contains("<script"))
        #expect(!page.contains("<i>") && !page.contains("numbers <b>") && !page.contains("<rises>"))
        #expect(page.contains("a &amp; b") && page.contains("a &amp;&amp; b"))
        #expect(page.contains(#"aria-label="numbers &lt;b&gt;""#))
    }

    @Test("it loads nothing, and says that nothing may be loaded")
    func selfContained() {
        #expect(page.contains("default-src &#39;none&#39;"))
        for attribute in ["src=", "@import", "url(", "http://", "https://", "<link", "<iframe"] {
            #expect(!page.contains(attribute), "\(attribute)")
        }
    }

    @Test("every link within the page leads to an id, and ids are unique")
    func links() {
        let ids = page.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
        let targets = page.matches(of: /href="#([^"]+)"/).map { String($0.1) }
        #expect(!targets.isEmpty && targets.allSatisfy(ids.contains), "\(targets) \(ids)")
    }

    @Test("it has a language, a skip link, headings in order, scopes, and a table behind every figure")
    func structure() throws {
        #expect(page.contains(#"<html lang="en">"#))
        #expect(page.contains(##"<a class="skip" href="#content">"##))
        let levels = page.matches(of: /<h([1-6])/).compactMap { Int($0.1) }
        #expect(levels.first == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
        #expect(page.matches(of: /<th scope="col"/).count == 4)
        #expect(page.matches(of: /<th scope="row"/).count == 4)
        let figure = try #require(page.firstMatch(of: /<figure>.*?<\/figure>/.dotMatchesNewlines()))
        #expect(figure.0.contains("<svg") && figure.0.contains("<table>"))
        #expect(page.contains("2 of 7 rows are shown."))
    }

    @Test("tags are closed in the order in which they were opened")
    func nesting() {
        var open: [Substring] = []
        let body = page.replacing(/<style>.*?<\/style>/.dotMatchesNewlines(), with: "")
        for tag in body.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) where !["meta", "!doctype"].contains(tag.2) {
            if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2) }
        }
        #expect(open.isEmpty)
    }

    @Test("Markdown has a line for each row, and no sign of its own in names")
    func markdown() {
        var table = table
        table.rows = [["a|b", "1"], ["*c*_d_\ne", "2"]]
        #expect(
            table.markdown == """
                **numbers \\<b>**

                | name | n |
                | --- | ---: |
                | a\\|b | 1 |
                | \\*c\\*\\_d\\_ e | 2 |

                2 of 7 rows.

                """
        )
    }
}
