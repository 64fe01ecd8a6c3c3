// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Answers

/// Rows as tables, JSON and CSV.
@Suite struct AnswerTextTests {
    private struct Row: AnswerRow {
        var name: String
        var group: String
        var value: Double?

        static let columns: [AnswerColumn<Row>] = [
            .init("name", "name", .text(minimum: 4)) { .text($0.name) },
            .init("group", "group", .context(minimum: 4)) { .text($0.group) },
            .init(nil, "twice", .fixed(decimals: 1, signed: true)) { .number($0.value.map { 2 * $0 }) },
            .init("value", "value", .hidden) { .number($0.value) },
        ]
    }

    private let rows = [
        Row(name: "a \"b\", c", group: "one", value: 0.1), Row(name: "d", group: "one", value: nil),
        Row(name: "e", group: "one", value: .infinity),
    ]

    @Test("JSON is an array of flat objects that reads back to the same numbers")
    func json() throws {
        var text = ""
        try AnswerText.json(rows) { text += $0 }
        let read = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(read.map { Set($0.keys) } == Array(repeating: ["name", "group", "value"], count: 3))
        #expect(read[0]["name"] as? String == "a \"b\", c")
        #expect(read[0]["value"] as? Double == 0.1)
        #expect(read[1]["value"] is NSNull)
        #expect(read[2]["value"] as? String == "inf")
        var empty = ""
        try AnswerText.json([Row]()) { empty += $0 }
        #expect(empty == "[]\n")
    }

    @Test("CSV quotes what needs quotes and leaves out what does not exist")
    func csv() throws {
        var text = ""
        try AnswerText.csv(rows) { text += $0 }
        #expect(text == "name,group,value\n\"a \"\"b\"\", c\",one,0.1\nd,one,\ne,one,inf\n")
    }

    @Test("what all rows share stands above the table")
    func table() {
        let lines = AnswerTable.lines(rows)
        #expect(lines[0] == "group one")
        #expect(lines[1].hasPrefix("name") && lines[1].hasSuffix("twice"))
        #expect(lines[3].hasSuffix("+0.2"))
        #expect(lines[4].hasSuffix("–"))
        #expect(AnswerTable.lines([Row]()).isEmpty)
    }

    @Test("where a table is too wide, what its rows are about stands above them, uncut")
    func headings() {
        var wide = rows
        wide[2].group = "a group with a name that is as long as the width of the table allows"
        #expect(AnswerTable.lines(wide)[0].contains("group"))
        let lines = AnswerTable.lines(wide, width: 40)
        #expect(lines.contains("group one"))
        #expect(lines.joined(separator: " ").contains("a group with a name that is as long as the width of the"))
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(lines.filter { $0.hasPrefix("e ") || $0.hasPrefix("d ") }.count == 2)
    }

    @Test("a number beyond all bounds takes no more room than others")
    func magnitudes() {
        let form = AnswerColumn<Row>.Form.fixed(decimals: 4, signed: true)
        #expect(AnswerTable.text(.number(1.9e23), form) == "+1.9e23")
        #expect(AnswerTable.text(.number(-2e8), form) == "−2e8")
        #expect(AnswerTable.text(.number(12.5), form) == "+12.5000")
    }

    @Test(
        "a p value is shown however small it is",
        arguments: [
            (0.0, "1.000"), (-1.3010299956639813, "0.050"), (-3.3, "5e-4"), (-3.0, "1e-3"), (-1523.02, "1e-1523"),
            (-4.01, "1e-4"), (-.infinity, "0"),
        ]
    )
    func probabilities(_ logarithm: Double, _ expected: String) {
        #expect(AnswerTable.probability(logarithm: logarithm) == expected)
    }
}
