// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import ResultStore
import Statistics
import Testing
import Vocabulary

/// Whether claims are decided as the numbers say.
@Suite struct ClaimTests {
    private let labels: [UInt8] = (0..<40).map { UInt8($0 % 4) }
    private let shift = TransformSpec.translate(Translation(dx: -1))
    private let noise = TransformSpec.noise(Noise(scale: 1e-3))

    /// Values around `mean` that vary a little over images and more over classes.
    private func values(_ mean: Double, spread: Double = 0.01) -> [Float] {
        labels.indices.map { image in Float(mean + spread * (Double(image * 7 % 11) / 10 - 0.5)) }
    }

    /// A Glow's cell whose determinant varies with the image, as affine couplings make it.
    private func glow(_ transform: TransformSpec = .identity, bpd: [Float], shifted: Float = 0) -> StoredRun.Cell {
        let dimensions = 1024 * 0.693_147_180_559_945_3
        return .init(
            model: "glow",
            transform: transform,
            labels: labels,
            columns: [
                "bpd": bpd, "nll": bpd.map { Float(Double($0) * dimensions) },
                "logdet.1": bpd.map { $0 * 3 + shifted }, "quadratic.1": bpd.map { 256 * $0 },
                "logscale.1": bpd.map { _ in 1 }, "logdet.2": bpd, "quadratic.2": bpd.map { 256 * $0 },
                "logscale.2": bpd.map { _ in 1 },
            ]
        )
    }

    private func rows(_ cells: [StoredRun.Cell]) throws -> [String: ClaimRow] {
        var settings = AnswerSettings()
        settings.replicates = 400
        let run = try StoredRun(cells)
        return Dictionary(try run.answers("", settings).claims().rows.map { ($0.claim, $0) }) { first, _ in first }
    }

    @Test("a run that has nothing is measured of nothing, and each claim says what it needs")
    func nothing() throws {
        let found = try rows([.init(labels: labels, columns: ["bpd": values(1)])])
        let letters = ["a1", "a2", "b", "d1", "d2", "e", "f1", "f2", "g", "h", "i", "j", "k1", "k2", "l1", "l2"]
        #expect(
            letters.allSatisfy { found[$0]?.state == .notMeasured && found[$0]?.reason.hasPrefix("needs ") == true }
        )
        #expect(found["c"]?.state != .notMeasured)
    }

    @Test("a change beyond the obvious effect holds, one below it fails, one around it is undecided")
    func translation() throws {
        let clean = values(1)
        for (change, state) in [(0.08, ClaimRow.State.holds), (0.02, .fails), (0.05, .undecided)] {
            let moved = zip(clean, values(change)).map { $0 + $1 }
            let row = try #require(try rows([glow(bpd: clean), glow(shift, bpd: moved)])["a1"])
            #expect(row.state == state)
            #expect(abs((row.effect ?? 0) - change) < 0.002)
            #expect((row.interval?.low ?? 1) < (row.effect ?? 0) && (row.interval?.high ?? 0) > (row.effect ?? 1))
            #expect(row.cells.count == 2)
        }
    }

    @Test("a model is asked about the data set that its name says, and about all where it says none")
    func ownData() throws {
        func cells(_ model: String, _ dataset: String) -> [StoredRun.Cell] {
            [glow(bpd: values(1)), glow(shift, bpd: values(1.1))].map { cell in
                var cell = cell
                (cell.model, cell.dataset) = (model, dataset)
                return cell
            }
        }
        func asked(_ model: String) throws -> [String] {
            let run = try StoredRun(cells(model, "mnist") + cells(model, "fashion-mnist"))
            var settings = AnswerSettings()
            settings.replicates = 200
            return try run.answers("", settings).claims().rows.filter { $0.claim == "a1" }.compactMap(\.dataset)
        }
        #expect(try asked("glow-mnist") == ["mnist"])
        #expect(try asked("Glow of Fashion") == ["fashion-mnist"])
        #expect(try asked("glow") == ["mnist", "fashion-mnist"])
    }

    @Test("digit 1 is compared with the lowest of the other classes", arguments: [(1, "holds"), (2, "fails")])
    func lowestClass(_ lowest: Int, _ state: String) throws {
        let bpd = zip(values(1), labels).map { $0 + (Int($1) == lowest ? -0.5 : 0) }
        let row = try #require(try rows([.init(labels: labels, columns: ["bpd": bpd])])["c"])
        #expect(row.state.rawValue == state)
        #expect(abs((row.effect ?? 0) - (lowest == 1 ? 0.5 : -0.5)) < 0.01)
    }

    @Test("a classifier is robust where its accuracy stays")
    func classifier() throws {
        func cell(_ transform: TransformSpec, wrong: Int) -> StoredRun.Cell {
            let correct = labels.indices.map { Float($0 < wrong ? 0 : 1) }
            return .init(transform: transform, labels: labels, columns: ["bpd": values(0.1), "correct": correct])
        }
        #expect(try rows([cell(.identity, wrong: 4), cell(shift, wrong: 4)])["h"]?.state == .holds)
        #expect(try rows([cell(.identity, wrong: 4), cell(shift, wrong: 24)])["h"]?.state == .fails)
    }

    @Test("terms and levels of a Glow answer for its latents")
    func latents() throws {
        let clean = values(2)
        func zeroed(_ levels: Int, _ change: Double) -> StoredRun.Cell {
            let moved = zip(clean, values(change)).map { $0 + $1 }
            return glow(.zeroLatents(LatentZeroing(levels: .first(levels))), bpd: moved, shifted: 30)
        }
        let found = try rows([glow(bpd: clean), zeroed(1, -0.4), zeroed(2, -0.5)])
        #expect(found["f1"]?.state == .holds)
        #expect(found["f2"]?.state == .holds)
        #expect(abs((found["f2"]?.effect ?? 0) - 0.3) < 0.01)
        // −(3 · −0.4 + 30 + −0.4) nats over 1024 · ln 2.
        #expect(abs((found["g"]?.effect ?? 0) - -28.4 / (1024 * 0.693_147_180_559_945_3)) < 1e-3)
        #expect(found["g"]?.state == .fails)
    }

    @Test("what is claimed of two data sets is asked of a model that scored both")
    func preference() throws {
        func cell(_ dataset: String, _ mean: Double, _ transform: TransformSpec = .identity) -> StoredRun.Cell {
            var cell = glow(transform, bpd: values(mean, spread: 0.5))
            (cell.model, cell.dataset) = ("glow-fashion", dataset)
            return cell
        }
        let turn = TransformSpec.dihedral(Dihedral(.rotate90))
        // Noise says the contrary, and is not asked.
        let found = try rows([
            cell("fashion-mnist", 3), cell("mnist", 2), cell("fashion-mnist", 4, turn), cell("mnist", 2.1, turn),
            cell("fashion-mnist", 3.1, noise), cell("mnist", 9, noise),
        ])
        #expect(found["i"]?.state == .holds)
        #expect(found["i"]?.effect == 0)
        #expect(found["k2"]?.state == .holds)
        #expect(found["k2"]?.effect == 1)
    }
}
