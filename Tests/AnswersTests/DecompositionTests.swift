// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import ResultStore
import Statistics
import Testing
import Vocabulary

/// Which terms of a likelihood moved.
@Suite struct DecompositionTests {
    private let labels: [UInt8] = [0, 1, 0, 1, 0, 1]
    private static let dimensions = 64.0

    /// Columns of a Glow of two levels whose terms are these, in nats.
    private func columns(_ term: (_ name: String, _ image: Int) -> Double) -> [String: [Float]] {
        let names = (1...2).flatMap { ["logdet.\($0)", "quadratic.\($0)", "logscale.\($0)"] } + ["mixture"]
        var columns = Dictionary(
            uniqueKeysWithValues: names.map { name in (name, labels.indices.map { Float(term(name, $0)) }) }
        )
        let nll = labels.indices.map { image in
            100 + names.reduce(0) { $0 + ($1.hasPrefix("logdet") ? -1 : 1) * term($1, image) }
        }
        columns["nll"] = nll.map { Float($0) }
        columns["bpd"] = nll.map { Float($0 / (Self.dimensions * log(2))) }
        return columns
    }

    @Test("levels and terms add up to the mean change, and each has its sign")
    func sums() throws {
        let clean = columns { name, image in Double(name.utf8.reduce(0) { $0 + Int($1) } % 7) + Double(image) }
        let moved = columns { name, image in
            let before = Double(name.utf8.reduce(0) { $0 + Int($1) } % 7) + Double(image)
            switch name {
            case "logdet.1": return before + 2
            case "quadratic.2": return before + Double(image)
            default: return before
            }
        }
        let run = try StoredRun([
            .init(labels: labels, columns: clean),
            .init(transform: .noise(Noise(scale: 1e-3)), labels: labels, columns: moved),
        ])
        let rows = try run.answers("class=0,all").decompositions().rows
        #expect(rows.map(\.level) == [nil, 1, 2, nil, 1, 2])
        #expect(rows.map(\.label) == [nil, nil, nil, 0, 0, 0])
        let unit = Self.dimensions * log(2)
        let all = rows[0]
        #expect(abs(all.logDeterminant.mean - -2 / unit) < 1e-12)
        #expect(abs(all.quadratic.mean - 2.5 / unit) < 1e-12)
        #expect(all.logScale.mean == 0)
        #expect(all.mixture == nil)
        #expect(abs(all.sum.mean - 0.5 / unit) < 1e-12)
        #expect(abs((all.change ?? .nan) - all.sum.mean) < 1e-6)
        #expect(abs(rows[1].logDeterminant.mean - -2 / unit) < 1e-12)
        #expect(abs(rows[2].quadratic.mean - 2.5 / unit) < 1e-12)
        // Images of class 0 are 0, 2 and 4.
        #expect(abs(rows[5].quadratic.mean - 2 / unit) < 1e-12)
        #expect(all.quadratic.interval.low < all.quadratic.mean && all.quadratic.mean < all.quadratic.interval.high)
    }

    @Test("a level's interval is the mean with its standard errors within classes")
    func levelIntervals() throws {
        let clean = columns { _, _ in 5 }
        let moved = columns { name, image in name == "quadratic.1" ? 5 + Double(image * image) : 5 }
        let run = try StoredRun([
            .init(labels: labels, columns: clean),
            .init(transform: .noise(Noise(scale: 1e-3)), labels: labels, columns: moved),
        ])
        let rows = try run.answers("class=0,all").decompositions().rows
        let unit = Self.dimensions * log(2)
        // numpy: a = [0, 4, 16], b = [1, 9, 25]; sqrt(.25 * var(a, ddof=1) / 3 + .25 * var(b, ddof=1) / 3) = 4.268749,
        // sqrt(var(a, ddof=1) / 3) = 4.807402; times norm.ppf(.975) = 1.959964.
        let (all, zeros) = (rows[1].quadratic, rows[4].quadratic)
        #expect(abs(all.mean - 55.0 / 6 / unit) < 1e-9)
        #expect(abs((all.interval.high - all.mean) * unit - 4.268749 * 1.959964) < 1e-4)
        #expect(abs((zeros.interval.high - zeros.mean) * unit - 4.807402 * 1.959964) < 1e-4)
        #expect(!rows[1].logScale.interval.isEstimable)
    }

    @Test("a model without levels has no terms, and a remark says so")
    func otherModels() throws {
        let run = try StoredRun([
            .init(model: "pixelcnn", labels: labels, columns: ["bpd": [1, 2, 3, 4, 5, 6]]),
            .init(
                model: "pixelcnn",
                transform: .noise(Noise(scale: 1e-3)),
                labels: labels,
                columns: ["bpd": [2, 3, 4, 5, 6, 7]]
            ),
        ])
        let answer = try run.answers().decompositions()
        #expect(answer.rows.isEmpty)
        #expect(answer.notes.contains { $0.contains("pixelcnn") })
    }
}
