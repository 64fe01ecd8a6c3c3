// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Testing

@Suite struct LogisticMixtureTests {
    /// Weights, means and log-scales that lead through every branch.
    static let rows: [[Float]] = [
        [0.3, -1.02, -9], [0.3, -1.3, -5], [0, 0.2, 0.5], [0, 0.9, -3], [0, 40, -2], [0, -3, 3],
        [0.1, 1.2, -0.4, -1.02, 0.3, 1.1, -7.5, -3, -0.5], [2, -2, -1, -0.9, -1.1, 0.8, -4, -1, -2],
    ]
    static let points: [Float] =
        [-1.5, -1, -0.9995, -0.999, -0.9989, -0.99, -0.5, 0, 0.1234, 0.99, 0.9989, 0.9991, 1, 1.2]

    private func view(_ row: [Float]) -> RowView { RowView(AlignedBuffer(row), rows: 1, channels: row.count) }

    /// The published loss, term by term, in a form that keeps digits only where the branch needs them.
    private func reference(_ x: Double, _ row: [Float]) -> Double {
        let row = row.map(Double.init)
        let count = row.count / 3
        func softplus(_ v: Double) -> Double { max(v, 0) + log1p(exp(-abs(v))) }
        func sigmoid(_ v: Double) -> Double { 1 / (1 + exp(-v)) }
        let top = row[0..<count].max() ?? 0
        let normalizer = top + log(row[0..<count].reduce(0) { $0 + exp($1 - top) })
        let terms = (0..<count).map { m in
            let s = max(row[2 * count + m], -7)
            let (plus, minus) = (exp(-s) * (x - row[count + m] + 1 / 255), exp(-s) * (x - row[count + m] - 1 / 255))
            let middle = exp(-s) * (x - row[count + m])
            let delta = sigmoid(plus) - sigmoid(minus)
            let inner = delta > 1e-5 ? log(delta) : middle - s - 2 * softplus(middle) - log(127.5)
            let value = x < -0.999 ? plus - softplus(plus) : x > 0.999 ? -softplus(minus) : inner
            return row[m] - normalizer + value
        }
        let most = terms.max() ?? 0
        return most + log(terms.reduce(0) { $0 + exp($1 - most) })
    }

    @Test("every branch agrees with the published loss, on levels and between them", arguments: rows)
    func branches(row: [Float]) {
        let mixture = LogisticMixture(components: row.count / 3)
        for x in Self.points {
            let expected = reference(Double(x), row)
            let found = mixture.logLikelihood(x, view(row), row: 0)
            #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "x = \(x): \(found), \(expected)")
        }
    }

    @Test("the masses of the 256 levels add up to one, those of the published loss nearly", arguments: rows)
    func normalization(row: [Float]) {
        let mixture = LogisticMixture(components: row.count / 3)
        let masses = (0..<256).map { exp(mixture.logMass(level: $0, view(row), row: 0)) }
        #expect(abs(masses.reduce(0, +) - 1) < 1e-12)
        let likelihoods = (0..<256).map {
            exp(mixture.logLikelihood(LogisticMixture.input(level: $0), view(row), row: 0))
        }
        #expect(abs(likelihoods.reduce(0, +) - 1) < 2e-4, "\(likelihoods.reduce(0, +))")
    }

    @Test("a pixel of level 0 just outside its edge cell loses the mass of the tail")
    func catastrophe() {
        let mixture = LogisticMixture(components: 1)
        // Hand-computed: -0.0000 and -20.9 nats for mean -1.02 and log-scale -7; -44.5 for -1.3 and -5.
        #expect(abs(mixture.logLikelihood(-1, view([0, -1.02, -7]), row: 0)) < 1e-4)
        #expect(abs(mixture.logLikelihood(-0.9989, view([0, -1.02, -7]), row: 0) + 20.9) < 1)
        #expect(abs(mixture.logLikelihood(-0.9989, view([0, -1.3, -5]), row: 0) + 44.5) < 1)
    }

    @Test("levels are the nearest ones, the outer ones open; inputs are the published scaling")
    func levels() {
        for level in 0..<256 {
            let x = LogisticMixture.input(level: level)
            #expect(x == (Float(level) / 255 - 0.5) * 2)
            for offset in [-0.0038, 0, 0.0038] as [Float] { #expect(LogisticMixture.level(of: x + offset) == level) }
        }
        #expect(LogisticMixture.level(of: -7) == 0)
        #expect(LogisticMixture.level(of: .infinity) == 255)
        #expect(LogisticMixture.level(of: .nan) == nil)
    }

    @Test("draws have the mixture's distribution")
    func draws() {
        let row: [Float] = [0.5, -0.5, -0.4, 0.3, -2, -3]
        let mixture = LogisticMixture(components: 2)
        let count = 20_000
        let uniforms = RandomStream(seed: 4, purpose: .sampling, index: 0).uniforms(3 * count)
        let values = (0..<count).map {
            Double(mixture.draw(view(row), row: 0, uniforms: uniforms[3 * $0..<3 * $0 + 3]))
        }
        let share = 1 / (1 + exp(-1.0))
        for edge in stride(from: -0.9, through: 0.9, by: 0.1) {
            let expected =
                share / (1 + exp(-(edge + 0.4) * exp(2))) + (1 - share) / (1 + exp(-(edge - 0.3) * exp(3)))
            let found = Double(values.filter { $0 < edge }.count) / Double(count)
            // Five standard deviations.
            #expect(abs(found - expected) < 5 * 0.5 / Double(count).squareRoot(), "at \(edge)")
        }
    }
}
