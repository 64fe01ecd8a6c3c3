// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Testing

@Suite("HTML")
struct HTMLTests {
    @Test("text is escaped, in attributes too, and markup is not")
    func escapes() {
        let name = #"<script>alert("x & 'y'")</script>"#
        let row: HTML = "<td title=\"\(name)\">\(name)</td>"
        let escaped = "&lt;script&gt;alert(&quot;x &amp; &#39;y&#39;&quot;)&lt;/script&gt;"
        #expect(row.markup == "<td title=\"\(escaped)\">\(escaped)</td>")
        let table: HTML = "<tr>\(row)\([row, row])</tr>"
        #expect(table.markup == "<tr>\(row.markup)\(row.markup)\(row.markup)</tr>")
    }

    @Test("what no document may contain becomes a replacement character")
    func controls() {
        #expect(HTML.escaped("a\u{1B}[31mb\u{0}c\u{85}d\te\n") == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d\te\n")
        #expect(HTML.escaped("Δ − ü 日本") == "Δ − ü 日本")
        #expect(HTML.escaped("\u{C2}\u{A0}é") == "\u{C2}\u{A0}é")
    }

    @Test("nothing is nothing")
    func optional() {
        let none: HTML? = nil
        let text: HTML = "a\(none)b\(3)"
        #expect(text.markup == "ab3")
        #expect(HTML(["a", "b"] as [HTML]) == "ab")
    }
}
