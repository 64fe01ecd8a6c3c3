// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Report
import Reporting
import ResultStore
import Statistics
import Vocabulary

/// The figures of one run of a report: which there are, and what is on each; how they are made is up to ``RunFigures``.
struct ReportFigures {
    /// Changes beyond so many bits per dimension are not drawn: beside them nothing else would be seen.
    static let largest = 20.0
    /// Rows of a forest plot, and of a matrix of areas, on one page.
    private static let (forestRows, matrixRows) = (40, 30)
    /// Panels of a figure of curves or maps.
    private static let mostPanels = 4
    /// Panels of a figure of terms, and the largest total of one: all have one axis.
    private static let (mostTerms, largestTotal) = (12, 1.0)

    /// What makes them.
    let maker: RunFigures
    /// Where they go.
    let files: ReportFigureFiles

    init(_ answers: RunAnswers, certificate: String, files: ReportFigureFiles) {
        self.files = files
        maker = RunFigures(
            answers: answers,
            width: .page,
            showsCaption: false,
            sources: ["run": answers.run.id, "certificate": certificate],
            names: SubjectNames(answers.cells)
        )
    }

    /// Mean changes of all cells with their intervals, as many to a figure as fit on a page; large ones by themselves, so
    /// that small ones are seen.
    func forests(_ rows: [EffectRow]) throws -> [ReportFigure] {
        func size(_ row: EffectRow) -> Double { abs(row.effect.mean ?? .infinity) }
        let scored = rows.filter { $0.measure == .bitsPerDimension }
        let kinds = [
            ("Change of bits per dimension", scored.filter { size($0) <= 1 }),
            ("Larger changes", scored.filter { (1.0.nextUp...Self.largest).contains(size($0)) }),
            ("Change of accuracy", rows.filter { $0.measure == .accuracy && $0.effect.mean != nil }),
        ]
        let figures = kinds.flatMap { title, rows in Self.pages(rows).map { maker.titled(title).forest($0) } }
        return try files.write("effects", figures, remark: Self.beyond(scored.count { size($0) > Self.largest }))
    }

    /// What is not drawn, in a sentence; empty where everything is.
    private static func beyond(_ count: Int) -> String {
        let bound = HumanText.fixed(largest, decimals: 0)
        return count == 0
            ? "" : " \(counted(count, "value", "lies", "lie")) beyond ±\(bound) bits per dimension: see the table."
    }

    /// Rows spread over pages, those of a subject together; a subject that is longer than a page is divided.
    private static func pages(_ rows: [EffectRow]) -> [[EffectRow]] {
        var (pages, room): ([[EffectRow]], Int) = ([], 0)
        for group in rows.grouped(by: { Subject($0.cell) }) {
            for part in group.parts(of: forestRows) {
                // The subject's name, and a gap, take room too.
                if pages.isEmpty || part.count + 2 > room { (pages, room) = (pages + [[]], forestRows + 2) }
                pages[pages.count - 1] += part
                room -= part.count + 2
            }
        }
        return pages
    }

    /// Maps of shifts, of every model and data set that has at least a grid of three by three.
    func shifts(_ rows: [EffectRow]) throws -> [ReportFigure] {
        func shift(_ row: EffectRow) -> Translation? {
            guard let shift = row.cell.transformSpec?.as(Translation.self),
                shift == Translation(dx: shift.dx, dy: shift.dy)
            else { return nil }
            return shift
        }
        let maps = rows.filter { $0.measure == .bitsPerDimension && shift($0) != nil }.grouped { Subject($0.cell) }
            .filter { rows in
                let shifts = rows.compactMap(shift) + [Translation(dx: 0, dy: 0)]
                return Set(shifts.map(\.dx)).count > 2 && Set(shifts.map(\.dy)).count > 2
            }
        let figures = try maps.parts(of: Self.mostPanels).map {
            try maker.titled("What shifts do").phaseMap($0.flatMap(\.self))
        }
        return try files.write("shifts", figures)
    }

    /// How bits per dimension follow a dose: for each data set and setting of the other parameters, a panel with the models.
    func doses(_ rows: [DoseRow]) throws -> [ReportFigure] {
        let own = rows.filter { $0.measure == .bitsPerDimension && $0.points.allSatisfy { $0.dose > 0 } }
        let drawn = own.map { row in
            var row = row
            row.points.removeAll { abs($0.mean) > Self.largest }
            return row
        }.filter { !$0.points.isEmpty }
        let figures = drawn.grouped { "\($0.cell.transform) \($0.parameter)" }.flatMap { rows -> [any Figure] in
            let title = "How bits per dimension follow \(rows[0].parameter)"
            return rows.grouped { "\($0.cell.dataset) \($0.others)" }.parts(of: Self.mostPanels).map {
                maker.titled(title).doses($0.flatMap(\.self))
            }
        }
        let beyond = own.reduce(0) { $0 + $1.points.count { abs($0.mean) > Self.largest } }
        return try files.write("dose", figures, remark: Self.beyond(beyond))
    }

    /// Which terms of a Glow's likelihood moved, by level: a figure for each model and data set.
    func decompositions(_ rows: [DecompositionRow]) throws -> [ReportFigure] {
        let overall = rows.filter { $0.label == nil }
        let figures = try overall.grouped { Subject($0.cell) }.compactMap { rows -> (any Figure)? in
            let small = rows.filter { row in
                row.level == nil && abs(row.change ?? row.sum.mean) <= Self.largestTotal
            }
            let cells = Set(small.prefix(Self.mostTerms).map(\.cell))
            guard !cells.isEmpty else { return nil }
            let title = "Terms of the likelihood: \(maker.names?.name(rows[0].cell) ?? "")"
            return try maker.titled(title).decomposition(rows.filter { cells.contains($0.cell) }, isOfOneSubject: true)
        }
        let bound = "Changes of up to \(HumanText.fixed(Self.largestTotal, decimals: 0)) bit per dimension are drawn."
        return try files.write("decomposition", figures, remark: " \(bound)")
    }

    /// How well scores tell data sets apart: a row for each model and pair.
    func areas(_ rows: [OODRow]) throws -> [ReportFigure] {
        let pairs = rows.filter { $0.area != nil }
            .grouped { "\($0.modelLabel) \($0.conditioning) \($0.seed) \($0.inside) \($0.outside)" }
        return try files.write("ood", pairs.parts(of: Self.matrixRows).map { maker.areas($0.flatMap(\.self)) })
    }

    /// Bits per dimension of the data sets that a model scored.
    func histograms() throws -> [ReportFigure] {
        do {
            let compared = try ComparedDatasets(maker.answers)
            let parts = compared.parts(of: 6).prefix(ReportFigureFiles.most)
            return try files.write("ood-histogram", parts.map { try maker.histograms($0) })
        } catch AnswerError.nothingToCompare {
            return []
        }
    }
}
