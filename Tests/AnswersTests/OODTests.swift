// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import ResultStore
import Statistics
import Testing
import Vocabulary

/// Whether models tell data sets apart.
@Suite struct OODTests {
    // The fixture with ties: AUROC 0.65, logit interval [0.34541581576477093, 0.8673041048754911].
    private let outside: [Float] = [0.9, 1.2, 1.5, 1.5, 1.8, 1.9, 2, 2.1]
    private let inside: [Float] = [1, 1.1, 1.2, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 3]

    private func cell(
        _ dataset: String,
        _ values: [Float],
        split: String = "test",
        transform: TransformSpec = .identity,
        more: [String: [Float]] = [:]
    ) -> StoredRun.Cell {
        let labels = values.indices.map { UInt8($0 % 3) }
        return .init(
            dataset: dataset,
            split: split,
            transform: transform,
            labels: labels,
            columns: more.merging(["bpd": values]) { $1 }
        )
    }

    private func rows(_ cells: [StoredRun.Cell], inside: String? = "in") throws -> [OODRow] {
        let run = try StoredRun(cells)
        return try run.answers().outOfDistribution(inside: inside).rows
    }

    @Test("likelihood has the area, the interval and the average precision of the fixture")
    func likelihood() throws {
        let found = try rows([cell("in", inside), cell("out", outside)])
        let row = try #require(found.first { $0.score == "likelihood" })
        #expect((row.inside, row.outside) == ("in", "out"))
        #expect(abs((row.area ?? 0) - 0.65) < 1e-12)
        #expect(abs((row.interval?.low ?? 0) - 0.34541581576477093) < 1e-6)
        #expect(abs((row.interval?.high ?? 0) - 0.8673041048754911) < 1e-6)
        #expect(abs((row.averagePrecision ?? 0) - 0.6034722222222222) < 1e-6)
        #expect(abs((row.averagePrecisionInside ?? 0) - 0.6515179265179265) < 1e-6)
        #expect((row.insideCount, row.outsideCount) == (10, 8))
    }

    @Test("average precision and false positive rates have intervals about them, the same ones each time")
    func intervals() throws {
        let row = try #require(try rows([cell("in", inside), cell("out", outside)]).first { $0.score == "likelihood" })
        let intervals = try #require(row.intervals)
        #expect(intervals.averagePrecision.contains(row.averagePrecision ?? .nan))
        #expect(intervals.averagePrecisionInside.contains(row.averagePrecisionInside ?? .nan))
        #expect(intervals.falsePositiveRateOutsidePositive.contains(row.falsePositiveRateOutsidePositive ?? .nan))
        #expect(intervals.falsePositiveRateInsidePositive.contains(row.falsePositiveRateInsidePositive ?? .nan))
        #expect(intervals.averagePrecision.high - intervals.averagePrecision.low > 0.1)
        let again = try rows([cell("in", inside), cell("out", outside)]).first { $0.score == "likelihood" }
        #expect(again?.intervals == intervals)
    }

    @Test("each of two sets is the inside one in turn")
    func bothWays() throws {
        let found = try rows([cell("in", inside), cell("out", outside)], inside: nil).filter {
            $0.score == "likelihood"
        }
        #expect(found.map(\.inside) == ["in", "out"])
        #expect(abs((found[0].area ?? 0) + (found[1].area ?? 0) - 1) < 1e-12)
    }

    @Test("typicality takes the mean of the training images where they were scored")
    func typicality() throws {
        let own = try #require(
            try rows([cell("in", inside), cell("out", outside)]).first { $0.score == "typicality" }
        )
        #expect(own.basis.contains("itself"))
        let trained = try #require(
            try rows([cell("in", inside), cell("in", [5, 5, 5], split: "train"), cell("out", outside)])
                .first { $0.score == "typicality" }
        )
        #expect(trained.basis.contains("5.0000 of its training images"))
        // |bpd − 5| turns the order around.
        #expect(abs((trained.area ?? 0) - 0.35) < 1e-12)
    }

    @Test("the mean change is over the transformations that both sets have")
    func meanChange() throws {
        let (shift, noise) = (TransformSpec.translate(Translation(dx: -1)), TransformSpec.noise(Noise(scale: 1)))
        let found = try rows([
            cell("in", [1, 1, 1]), cell("out", [1, 1]),
            cell("in", [1.5, 2, 1.25], transform: shift), cell("out", [3, 1.75], transform: shift),
            cell("in", [9, 9, 9], transform: noise),
        ])
        let row = try #require(found.first { $0.score == "mean change" })
        #expect(row.basis == "mean ΔBPD over translate dx=-1")
        // Changes 0.5, 1, 0.25 inside and 2, 0.75 outside: 5 of 6 pairs are in order.
        #expect(abs((row.area ?? 0) - 5.0 / 6) < 1e-12)
    }

    @Test("stirring and shaking are the mean falls under dihedral maps and shuffles, and both together")
    func stirringAndShaking() throws {
        func cells(_ dataset: String, _ clean: [Float], _ changes: [(TransformSpec, [Float])]) -> [StoredRun.Cell] {
            [cell(dataset, clean)]
                + changes.map { transform, change in
                    cell(dataset, zip(clean, change).map { $0 + $1 }, transform: transform)
                }
        }
        let (mirror, turn) = (TransformSpec.dihedral(Dihedral(.mirror)), TransformSpec.dihedral(Dihedral(.rotate90)))
        let (shuffle, fine) = (
            TransformSpec.patchShuffle(PatchShuffle(draw: 1)), TransformSpec.patchShuffle(PatchShuffle(patches: 4))
        )
        let found = try rows(
            cells(
                "in",
                [1, 2, 4],
                [(mirror, [1, 3, 0]), (turn, [3, 1, 2]), (shuffle, [0, 4, 2]), (fine, [1, 1, 1])]
            )
                + cells(
                    "out",
                    [1, 2],
                    [(mirror, [0, 2]), (turn, [1, 1]), (shuffle, [1, 2.5]), (fine, [1, 2])]
                )
        )
        func area(_ score: String) throws -> Double { try #require(found.first { $0.score == score }?.area) }
        // Falls −2, −2, −1 inside and −0.5, −1.5 outside: the larger is stranger, and 3 + 2 of 6 pairs are in order.
        #expect(try abs(area("stirring") - 5.0 / 6) < 1e-12)
        // −0, −4, −2 and −1, −2.5: 2 + 1.
        #expect(try abs(area("shaking 2×2") - 3.0 / 6) < 1e-12)
        // −1, −1, −1 and −1, −2: one and a half.
        #expect(try abs(area("shaking 4×4") - 1.5 / 6) < 1e-12)
        // −1, −3, −1.5 and −0.75, −2: 3 + 1.
        #expect(try abs(area("stirring and shaking 2×2") - 4.0 / 6) < 1e-12)
        #expect(
            found.first { $0.score == "stirring" }?.basis
                == "mean log₂ p(Tx) − log₂ p(x) per dimension over 2 dihedral maps"
        )
        #expect(found.contains { $0.score == "stirring and shaking 4×4" })
        #expect(found.allSatisfy { $0.area == nil || $0.interval != nil })
    }

    @Test("each level's z and the largest are scores of a Glow")
    func levels() throws {
        // D = 8 at two levels of four numbers each: z = (2q − 4)/√8.
        func more(_ one: [Float], _ two: [Float]) -> [String: [Float]] {
            ["quadratic.1": one, "quadratic.2": two, "nll": one.map { _ in Float(8 * 0.693_147_180_559_945_3) }]
        }
        let found = try rows([
            cell("in", [1, 1, 1], more: more([2, 2.1, 1.9], [2, 2, 2.2])),
            cell("out", [1, 1], more: more([0, 2], [2, 4])),
        ])
        let scores = found.filter { $0.score.hasPrefix("level z") }
        #expect(scores.map(\.score) == ["level z 1", "level z 2", "level z max"])
        // Level 1: |z|·√8 is 0, .2, .2 inside, 4 and 0 outside: 3 + ½ of 6.
        #expect(abs((scores[0].area ?? 0) - 3.5 / 6) < 1e-6)
        // Level 2: 0, 0, .4 inside, 0 and 4 outside: 1 + 3 of 6.
        #expect(abs((scores[1].area ?? 0) - 4.0 / 6) < 1e-6)
        #expect(scores[2].area == 1)
        #expect(scores[2].interval?.isEstimable == false)
    }

    @Test("a score without images says why, and values that are no numbers are counted")
    func missing() throws {
        let found = try rows([cell("in", [1, 2, .nan]), cell("out", [3, .infinity])])
        let corrected = found.filter { $0.score.hasPrefix("complexity") }
        #expect(corrected.count == 2)
        #expect(corrected.allSatisfy { $0.area == nil && $0.basis.hasPrefix("not measured") })
        #expect(found.first?.nonFinite == 2)
        #expect(found.first?.insideCount == 2)
    }

    @Test("one data set alone is an error that says what is needed")
    func alone() throws {
        #expect(throws: AnswerError.self) { try rows([cell("in", inside)]) }
    }
}
