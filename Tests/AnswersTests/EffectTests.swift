// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Statistics
import Testing
import Vocabulary

/// What transformations did to cells.
@Suite struct EffectTests {
    private let labels: [UInt8] = [0, 1, 0, 1, 0, 1, 0, 1]
    private let clean: [Float] = [1, 2, 3, 4, 1.5, 2.5, 3.5, 4.5]
    private let changes: [Float] = [0.5, 0, 0.25, -0.125, 1, 0.75, 0.375, 0.125]
    private let shift = TransformSpec.translate(Translation(dx: -1))

    private func shifted(_ change: (Int) -> Float = { _ in 0 }) -> [Float] {
        clean.indices.map { clean[$0] + changes[$0] + change($0) }
    }

    private func settings(replicates: Int = 400) -> AnswerSettings {
        var settings = AnswerSettings()
        settings.replicates = replicates
        return settings
    }

    @Test("a row is about the differences of the images of a cell, or of one class")
    func rows() throws {
        let run = try StoredRun([
            .init(labels: labels, columns: ["bpd": clean]),
            .init(transform: shift, labels: labels, columns: ["bpd": shifted()]),
        ])
        let rows = try run.answers("", settings()).effects().rows
        #expect(rows.map(\.label) == [nil, 0, 1])
        let all = rows[0].effect
        // python3: d = [.5, 0, .25, -.125, 1, .75, .375, .125]; mean, median, sorted(all (a + b) / 2)[17:19]
        #expect(all.count == 8 && all.zeros == 1)
        #expect(all.mean == 0.359375)
        #expect(all.median == 0.3125)
        #expect(all.raisedShare == 0.75)
        #expect(rows[1].effect.mean == 0.53125)
        #expect(rows[2].effect.mean == 0.1875)
        let interval = try #require(rows[0].interval)
        #expect(interval.isEstimable && interval.low < 0.359375 && interval.high > 0.359375)
        #expect(rows.allSatisfy { $0.measure == .bitsPerDimension && $0.unpaired == 0 })
    }

    @Test("a constant change is judged by itself, an unknown one not at all")
    func degenerate() throws {
        let same = clean.map { $0 + 0.5 }
        let run = try StoredRun([
            .init(labels: labels, columns: ["bpd": clean]),
            .init(transform: shift, labels: labels, columns: ["bpd": same]),
            .init(transform: .noise(Noise(scale: 1)), labels: labels, columns: ["bpd": clean.map { _ in .nan }]),
        ])
        let rows = try run.answers("class=all", settings()).effects().rows
        #expect(rows[0].verdict == .raised)
        #expect(rows[0].interval?.isEstimable == false)
        #expect(rows[1].effect.nonFinite == 8)
        #expect(rows[1].effect.mean == nil && rows[1].interval == nil && rows[1].verdict == nil)
        #expect(rows[1].adjustedLog10P == nil)
    }

    @Test("cells in part recorded are compared over the images that both have")
    func partial() throws {
        let run = try StoredRun([
            .init(labels: labels, columns: ["bpd": clean], recorded: 6),
            .init(transform: shift, labels: labels, columns: ["bpd": shifted()], recorded: 4),
        ])
        let row = try #require(try run.answers("class=all", settings()).effects().rows.first)
        #expect(row.effect.count == 4)
        #expect(row.unpaired == 2)
        #expect(row.effect.mean == 0.15625)
    }

    @Test("a classifier is judged by its accuracy")
    func classifier() throws {
        let right: [Float] = [1, 1, 1, 1, 1, 1, 0, 0]
        let after: [Float] = [1, 0, 1, 0, 1, 1, 0, 1]
        let run = try StoredRun([
            .init(labels: labels, columns: ["bpd": clean, "correct": right]),
            .init(transform: shift, labels: labels, columns: ["bpd": shifted(), "correct": after]),
        ])
        let row = try #require(try run.answers("class=all", settings()).effects().rows.first)
        #expect(row.measure == .accuracy)
        #expect(row.effect.mean == -0.125)
        #expect(row.effect.zeros == 5)
    }

    @Test("seeds and models are never pooled, and cells without a partner are named")
    func apart() throws {
        let run = try StoredRun([
            .init(labels: labels, columns: ["bpd": clean]),
            .init(transform: shift, labels: labels, columns: ["bpd": shifted()]),
            .init(transform: shift, seed: 1, labels: labels, columns: ["bpd": shifted()]),
            .init(model: "other", labels: labels, columns: ["bpd": clean]),
            .init(model: "other", transform: shift, labels: labels, columns: ["bpd": shifted { _ in 1 }]),
        ])
        let answer = try run.answers("class=all", settings()).effects()
        #expect(answer.rows.map(\.cell.model) == ["glow", "other"])
        #expect(answer.rows.map(\.effect.mean) == [0.359375, 1.359375])
        #expect(answer.notes.contains { $0.contains("1 cell has no identity cell") && $0.contains("seed 1") })
    }

    @Test("claims are adjusted by Holm over models, grids by Benjamini and Hochberg over settings")
    func families() throws {
        func cells(_ model: String, shifts: ClosedRange<Int>) -> [StoredRun.Cell] {
            [.init(model: model, labels: labels, columns: ["bpd": clean])]
                + shifts.filter { $0 != 0 }.map { dx in
                    let values = shifted { Float($0 * dx) / 64 }
                    return .init(
                        model: model,
                        transform: .translate(Translation(dx: dx)),
                        labels: labels,
                        columns: ["bpd": values]
                    )
                }
        }
        func check(_ rows: [EffectRow], _ adjustment: Adjustment, _ adjusted: ([Double]) -> [Double]) {
            let logs = rows.compactMap(\.log10P)
            #expect(rows.allSatisfy { $0.adjustment == adjustment })
            #expect(rows.compactMap(\.adjustedLog10P) == adjusted(logs))
        }
        let few = try StoredRun(cells("a", shifts: 1...2) + cells("b", shifts: 1...2))
        let claims = try few.answers("class=all", settings()).effects().rows
        for dx in 1...2 {
            check(claims.filter { $0.cell.parameters.contains("dx=\(dx) ") }, .holm, Multiplicity.holm)
        }
        let many = try StoredRun(cells("a", shifts: 1...9))
        check(
            try many.answers("class=all", settings()).effects().rows,
            .benjaminiHochberg,
            Multiplicity.benjaminiHochberg
        )
    }

    @Test("equal records give equal answers on any number of threads")
    func deterministic() throws {
        let run = try StoredRun(
            [.init(labels: labels, columns: ["bpd": clean])]
                + (1...5).map { dx in
                    .init(
                        transform: .translate(Translation(dx: dx)),
                        labels: labels,
                        columns: ["bpd": shifted { Float($0 * dx) / 64 }]
                    )
                }
        )
        var several = settings()
        several.threads = 3
        #expect(try run.answers("", several).effects() == (try run.answers("", settings()).effects()))
    }
}
