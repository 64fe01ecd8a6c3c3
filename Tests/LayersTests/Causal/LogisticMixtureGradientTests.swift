// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Testing

@Suite struct LogisticMixtureGradientTests {
    /// ln p(x) by the published formulas, for logits in double precision.
    private func logLikelihood(_ x: Double, _ logits: [Double]) -> Double {
        let count = logits.count / 3
        func softplus(_ v: Double) -> Double { max(v, 0) + log1p(exp(-abs(v))) }
        func sigmoid(_ v: Double) -> Double { 1 / (1 + exp(-v)) }
        let normaliser = log(logits[0..<count].reduce(0) { $0 + exp($1) })
        let terms = (0..<count).map { component in
            let scale = max(logits[2 * count + component], -7)
            let middle = exp(-scale) * (x - logits[count + component])
            let (upper, lower) = (middle + exp(-scale) / 255, middle - exp(-scale) / 255)
            // Of the two tails the smaller one keeps its digits.
            let mass = middle > 0 ? sigmoid(-lower) - sigmoid(-upper) : sigmoid(upper) - sigmoid(lower)
            let inside = mass > 1e-5 ? log(mass) : middle - scale - 2 * softplus(middle) - log(127.5)
            let term = x < -0.999 ? -softplus(-upper) : x > 0.999 ? -softplus(lower) : inside
            return logits[component] - normaliser + term
        }
        let most = terms.max() ?? 0
        return most + log(terms.reduce(0) { $0 + exp($1 - most) })
    }

    @Test("in every branch the gradient is that of central differences", arguments: LogisticMixtureTests.rows)
    func branches(row: [Float]) {
        let mixture = LogisticMixture(components: row.count / 3)
        let point = row.map(Double.init)
        for x in LogisticMixtureTests.points {
            let gradient = RowView([Float](repeating: 0, count: row.count), channels: row.count)
            let logits = RowView(row, channels: row.count)
            let loss = mixture.backward(gradient, logits, RowView([x], channels: 1), weight: -0.5)
            let expected = CentralDifferences.gradient(at: point) { logLikelihood(Double(x), $0) }
            #expect(abs(loss + mixture.logLikelihood(x, logits, row: 0)) <= 1e-12 * max(1, abs(loss)))
            for (index, truth) in expected.enumerated() {
                let found = 2 * Double(gradient.elements[index])
                #expect(
                    abs(found - truth) <= 1e-5 * max(1, abs(truth)),
                    "logit \(index) at \(x): \(found), not \(truth)"
                )
            }
        }
    }

    @Test("a log-scale below -7 has no gradient, -7 itself has one")
    func clamped() {
        func slope(_ logScale: Float) -> Float {
            let logits = RowView([0, 0.1, logScale], channels: 3)
            _ = LogisticMixture(components: 1).backward(logits, logits, RowView([0.2], channels: 1), weight: 1)
            return logits.elements[2]
        }
        #expect(slope(-7.001) == 0)
        #expect(slope(-7) < -1)
    }

    @Test("however many pixels there are, each has the bits of its own log-likelihood, and of a call of its own")
    func bits() {
        let (rows, points) = (LogisticMixtureTests.rows, LogisticMixtureTests.points)
        for components in Set(rows.map { $0.count / 3 }) {
            let mixture = LogisticMixture(components: components)
            let (same, channels) = (rows.filter { $0.count == 3 * components }, 3 * components)
            let pixels = same.flatMap { row in points.map { (row, $0) } }
            let logits = RowView(pixels.flatMap(\.0), channels: channels)
            let gradient = RowView([Float](repeating: 0, count: pixels.count * channels), channels: channels)
            let loss = mixture.backward(gradient, logits, RowView(pixels.map(\.1), channels: 1), weight: 0.3)
            var expected = 0.0
            for (index, pixel) in pixels.enumerated() {
                expected += -mixture.logLikelihood(pixel.1, logits, row: index)
                let own = RowView(pixel.0, channels: channels)
                _ = mixture.backward(own, own, RowView([pixel.1], channels: 1), weight: 0.3)
                let found = gradient.elements[index * channels..<(index + 1) * channels]
                #expect(own.elements.map(\.bitPattern) == found.map(\.bitPattern), "pixel \(index)")
            }
            #expect(loss.bitPattern == expected.bitPattern, "\(loss), not \(expected)")
        }
    }

    @Test("the loss of some pixels is the sum of theirs, and NaN stays NaN")
    func pixels() {
        let mixture = LogisticMixture(components: 1)
        let logits = RowView([0, 0.1, -2, 0, -0.3, -1], channels: 3)
        let gradient = RowView([Float](repeating: 0, count: 6), channels: 3)
        let loss = mixture.backward(gradient, logits, RowView([0.2, -0.4], channels: 1), weight: 1)
        let expected = mixture.logLikelihood(0.2, logits, row: 0) + mixture.logLikelihood(-0.4, logits, row: 1)
        #expect(abs(loss + expected) < 1e-12)
        #expect(gradient.elements[0] == 0, "a single component has all the weight")
        #expect(mixture.backward(gradient, logits, RowView([.nan, 0], channels: 1), weight: 1).isNaN)
        #expect(gradient.elements[1].isNaN && gradient.elements[4].isFinite)
    }
}
