// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Testing

@Suite("Text tables")
struct TextTableTests {
    @Test("minus signs, Greek, accents and wide characters are aligned by what they take on the screen")
    func alignment() {
        var table = TextTable(columns: [.init("name", .text(minimum: 4)), .init("Δ", .number)])
        table.append([.init("naïve"), .init("−1.5")])
        table.append([.init("nai\u{308}ve"), .init("2.5")])
        table.append([.init("日本"), .init("+10.5")])
        let expected = """
            name       Δ
            ────────────
            naïve   −1.5
            nai\u{308}ve    2.5
            日本   +10.5
            """
        #expect(table.lines().joined(separator: "\n") == expected)
    }

    @Test("texts are shortened in the middle before anything is dropped")
    func shortened() {
        var table = TextTable(
            columns: [.init("cell", .text(minimum: 9)), .init("n", .number, dropOrder: 1), .init("mean", .number)]
        )
        table.append([.init("translate dx=-1"), .init("1,000"), .init("1.25")])
        #expect(
            table.lines(width: 22) == ["cell           n  mean", "──────────────────────", "tran…x=-1  1,000  1.25"]
        )
        #expect(table.lines(width: 15).first == "cell       mean")
        #expect(table.lines(width: 15).last == "not sho…idth: n")
    }

    @Test("groups stand apart")
    func groups() {
        var table = TextTable(columns: [.init("a", .text(minimum: 1))])
        table.append([.init("x")], startsGroup: true)
        table.append([.init("y")])
        table.append([.init("z")], startsGroup: true)
        #expect(table.lines() == ["a", "─", "x", "y", "", "z"])
    }

    @Test("escapes appear when asked for, and change no alignment")
    func ansi() {
        let plain = SummaryTable.lines(Sample.rows, width: 80)
        let styled = SummaryTable.lines(Sample.rows, width: 80, style: .ansi)
        #expect(plain.allSatisfy { !$0.contains("\u{1B}") })
        #expect(styled.contains { $0.contains("\u{1B}[1m2.000\u{1B}[0m") })
        #expect(styled.contains { $0.contains("\u{1B}[1;31m2\u{1B}[0m") })
        #expect(styled.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == plain)
    }

    @Test("no line is wider than the terminal while what must stay fits", arguments: 40..<140)
    func width(width: Int) {
        for line in DistributionTable.lines(Sample.rows, width: width) + SummaryTable.lines(Sample.rows, width: width) {
            // All characters of the sample take one column.
            #expect(line.count <= width)
        }
    }

    @Test("numbers are never cut: at no width at all they stand in full")
    func neverCut() {
        let lines = SummaryTable.lines(Sample.rows, width: 1)
        #expect(lines.contains { $0.contains("2.000") && $0.hasSuffix(" 2") })
    }
}
