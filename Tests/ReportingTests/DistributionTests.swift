// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting
import Statistics
import Testing
import Vocabulary

@Suite("Distribution tables")
struct DistributionTests {
    @Test("tail's table is as it is written down here")
    func golden() {
        let expected = """
            model glow-affine · dataset mnist · seed 0
            translate dy=0 fill=zero stage=after-resize
            transform        class      n    mean      sd     q25  median     q75        Δ  non-finite
            ──────────────────────────────────────────────────────────────────────────────────────────
            identity             0  1,000  1.2500  0.1250  1.1500  1.2500  1.3500        –
                                 1  1,000  1.1875  0.1250  1.0875  1.1875  1.2875        –
                                 7  1,000  0.8125  0.1250  0.7125  0.8125  0.9125        –
                               all  3,000  1.0000  0.1250  0.9000  1.0000  1.1000        –

            translate dx=-1      0  1,000  2.2500  0.1250  2.1500  2.2500  2.3500  +0.5000
                                 1  1,000  2.1875  0.1250  2.0875  2.1875  2.2875  +0.5000
                                 7  1,000  1.8125  0.1250  1.7125  1.8125  1.9125  +0.5000           2
                               all  3,000  2.0000  0.1250  1.9000  2.0000  2.1000  +0.5000           2

            translate dx=2       0  1,000  3.2500  0.1250  3.1500  3.2500  3.3500  −0.2500
                                 1  1,000  3.1875  0.1250  3.0875  3.1875  3.2875  −0.2500
                                 7  1,000  2.8125  0.1250  2.7125  2.8125  2.9125  −0.2500
                               all  3,000  3.0000  0.1250  2.9000  3.0000  3.1000  −0.2500
            """
        #expect(DistributionTable.lines(Sample.rows).joined(separator: "\n") == expected)
    }

    @Test("a narrow terminal loses the least important figures, is told which, and keeps the alarming ones")
    func narrow() {
        let expected = """
            model glow-affine · dataset mnist · seed 0
            translate dy=0 fill=zero stage=after-resize
            transform       class     n   mean median       Δ non-finite
            ────────────────────────────────────────────────────────────
            translate dx=-1     7 1,000 1.8125 1.8125 +0.5000          2
                              all 3,000 2.0000 2.0000 +0.5000          2

            translate dx=2      0 1,000 3.2500 3.2500 −0.2500
            not shown for lack of width: sd q25 q75
            """
        let lines = DistributionTable.lines(Array(Sample.rows[6...8]), width: 60)
        #expect(lines.joined(separator: "\n") == expected)
    }

    @Test("the summary is as it is written down here")
    func summary() {
        let expected = """
            model glow-affine · dataset mnist · seed 0
            translate dy=0 fill=zero stage=after-resize
            transform            n   mean       Δ      0      1      7  non-finite
            ──────────────────────────────────────────────────────────────────────
            identity         3,000  1.000       –  1.250  1.188  0.812
            translate dx=-1  3,000  2.000  +0.500  2.250  2.188  1.812           2
            translate dx=2   3,000  3.000  −0.250  3.250  3.188  2.812
            """
        #expect(SummaryTable.lines(Sample.rows).joined(separator: "\n") == expected)
    }

    @Test("what differs between cells has a column; what does not exist is a dash")
    func differing() {
        var other = Sample.cells[0]
        other.model = "pixelcnn"
        other.seed = 1
        let rows = [
            Sample.row(Sample.cells[0], Summary(count: 2, mean: 1.5)),
            Sample.row(other, Summary(count: 0, nonFiniteCount: 3)),
        ]
        let expected = """
            dataset mnist
            model        seed  transform  n   mean  Δ  non-finite
            ─────────────────────────────────────────────────────
            glow-affine  0     identity   2  1.500  –
            pixelcnn     1     identity   3      –  –           3
            """
        #expect(SummaryTable.lines(rows).joined(separator: "\n") == expected)
    }

    @Test("values that are no numbers are counted even where no row sums up the classes")
    func nonFiniteOfClasses() {
        let rows = [1, 2].map {
            Sample.row(Sample.cells[0], label: $0, Summary(count: 1, nonFiniteCount: $0, mean: 1))
        }
        #expect(SummaryTable.lines(rows).last?.hasSuffix(" 3") == true)
    }

    @Test("no rows make a table without rows")
    func empty() {
        #expect(DistributionTable.lines([]).count == 2)
        #expect(SummaryTable.lines([], width: 3).count >= 2)
    }

    @Test("JSON says what the table says, with null for what does not exist")
    func json() throws {
        let text = try ReportJSON.text(Sample.rows)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(rows.count == 12)
        let row = rows[6]
        #expect(row["model"] as? String == "glow-affine")
        #expect(row["parameters"] as? String == "dx=-1 dy=0 fill=zero stage=after-resize")
        #expect(row["class"] as? Int == 7)
        #expect(row["n"] as? Int == 1000)
        #expect(row["mean"] as? Double == 1.8125)
        #expect(row["sd"] as? Double == 0.125)
        #expect(row["q75"] as? Double == 1.8125 + 0.1)
        #expect(row["delta"] as? Double == 0.5)
        #expect(row["non_finite"] as? Int == 2)
        #expect(rows[3]["class"] is NSNull)
        #expect(rows[3]["delta"] is NSNull)
        let infinite = Sample.row(Sample.cells[0], label: 0, Summary(count: 1, mean: -.infinity))
        #expect(try ReportJSON.text(infinite).contains(#""mean":"-inf""#))
    }

    @Test("images that failed stand in a column of their own, on a cell's line for all classes")
    func failed() {
        var rows = [
            Sample.row(Sample.cells[0], label: 1, Summary(count: 7, mean: 1.5)),
            Sample.row(Sample.cells[0], Summary(count: 7, mean: 1.5)), Sample.row(Sample.cells[1], Summary(count: 0)),
        ]
        #expect(!DistributionTable.lines(rows)[1].contains("failed"))
        rows[0].failed = 3
        rows[1].failed = 3
        rows[2].failed = 1200
        let full = DistributionTable.lines(rows)
        #expect(full.filter { $0.hasSuffix("failed") }.count == 1)
        #expect(full.filter { $0.hasSuffix(" 3") }.count == 1 && full.last?.hasSuffix("1,200") == true, "\(full)")
        let summary = SummaryTable.lines(rows)
        #expect(summary.filter { $0.hasSuffix("failed") }.count == 1 && summary.last?.hasSuffix("1,200") == true)
        let runs = [
            RunRow(id: "a", sweep: "s", state: "failed", cells: 3, done: 1, failed: 41),
            RunRow(id: "b", sweep: "s", state: "complete", cells: 3, done: 3),
        ]
        let listed = RunTable.lines(runs)
        #expect(listed[0].hasSuffix("done  failed") && listed[2].hasSuffix(" 41") && listed[3].hasSuffix(" 3"))
    }

    @Test("runs are listed as they are written down here")
    func runs() throws {
        let rows = [
            RunRow(id: "calm-heron", sweep: "mnist-glow", state: "running", cells: 12_000, done: 31),
            RunRow(id: "old-fox", sweep: "quickstart", state: "failed", cells: 9, done: 8),
        ]
        let expected = """
            run         sweep       state     cells  done
            ─────────────────────────────────────────────
            calm-heron  mnist-glow  running  12,000    31
            old-fox     quickstart  failed        9     8
            """
        #expect(RunTable.lines(rows).joined(separator: "\n") == expected)
        let json = #"[{"cells":9,"done":8,"failed":0,"id":"old-fox","state":"failed","sweep":"quickstart"}]"#
        #expect(try ReportJSON.text(Array(rows.suffix(1))) == json)
    }
}
