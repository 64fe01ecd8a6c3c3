// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Testing

@Suite struct SummaryTests {
    @Test("the figures of a small set are those worked out by hand")
    func byHand() {
        let summary = Summary([7, 1, 3, 5] as [Double])
        #expect(summary.count == 4 && summary.nonFiniteCount == 0)
        #expect(summary.mean == 4)
        #expect(summary.standardDeviation == (20.0 / 3).squareRoot())
        #expect(summary.minimum == 1 && summary.maximum == 7)
        #expect(summary.lowerQuartile == 2.5 && summary.median == 4 && summary.upperQuartile == 5.5)
    }

    @Test("quantiles of evenly spaced values lie on the line through them", arguments: [2, 3, 10, 101])
    func quantilesOfALine(count: Int) throws {
        let sample = Sample((0..<count).map { 10 + 2 * Double($0) }.reversed())
        for probability in [0, 0.1, 0.25, 1.0 / 3, 0.5, 0.9, 1] {
            let expected = 10 + 2 * probability * Double(count - 1)
            #expect(abs(try #require(sample.quantile(probability)) - expected) < 1e-12)
        }
    }

    @Test("figures agree with naive ones on random values", arguments: 0..<20 as Range<UInt64>)
    func againstNaive(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let values = (0..<Int.random(in: 2...300, using: &random)).map { _ in Float.random(in: -5...5, using: &random) }
        let summary = Summary(values)
        let count = Double(values.count)
        let mean = values.reduce(0.0) { $0 + Double($1) } / count
        let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        #expect(abs(try #require(summary.mean) - mean) < 1e-12)
        #expect(abs(try #require(summary.standardDeviation) - (squares / (count - 1)).squareRoot()) < 1e-12)
        #expect(summary.minimum == values.min().map(Double.init) && summary.maximum == values.max().map(Double.init))
        let quartiles = [0.25: summary.lowerQuartile, 0.5: summary.median, 0.75: summary.upperQuartile]
        for (probability, quartile) in quartiles {
            let below = values.count { Double($0) <= quartile ?? .nan }
            let above = values.count { Double($0) >= quartile ?? .nan }
            #expect(Double(below) >= probability * (count - 1) && Double(above) >= (1 - probability) * (count - 1))
        }
    }

    @Test("equal values in another order give the same bits", arguments: 0..<50 as Range<UInt64>)
    func orderDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var values: [Double] = []
        for _ in 0..<200 {
            let magnitude = Double(sign: .plus, exponent: .random(in: -40...40, using: &random), significand: 1)
            values.append(magnitude * .random(in: -1...1, using: &random))
        }
        values += [0, -0.0, .nan, .infinity, -.infinity]
        let first = Summary(values)
        values.shuffle(using: &random)
        let second = Summary(values)
        #expect(first == second)
        #expect(first.mean?.bitPattern == second.mean?.bitPattern)
        #expect(first.standardDeviation?.bitPattern == second.standardDeviation?.bitPattern)
    }

    @Test("zeros of both signs give the same bits in either order")
    func signedZeros() {
        let minima = [Summary([0.0, -0.0]), Summary([-0.0, 0.0])].map { $0.minimum?.bitPattern }
        #expect(minima == [0, 0])
    }

    @Test("values that are not finite are counted apart and change no other figure")
    func nonFinite() {
        let values: [Float] = [.nan, 2, .infinity, 4, -.infinity, .signalingNaN]
        let summary = Summary(values)
        #expect(summary.count == 2 && summary.nonFiniteCount == 4)
        #expect(summary.mean == 3 && summary.minimum == 2 && summary.maximum == 4)
    }

    @Test("a figure that does not exist is missing, not zero")
    func missing() {
        let none = Summary([Double.nan])
        #expect(none.count == 0 && none.mean == nil && none.median == nil && none.minimum == nil)
        let one = Summary([2.5])
        #expect(one.mean == 2.5 && one.median == 2.5 && one.upperQuartile == 2.5 && one.standardDeviation == nil)
    }

    @Test("small differences survive beside large values")
    func cancellation() {
        let values = [1e16, 1, -1e16, 1]
        #expect(Summary(values).mean == 0.5)
        let shifted = (0..<1000).map { 1e9 + Double($0 % 2) }
        #expect(abs((Summary(shifted).standardDeviation ?? 0) - (0.25 * 1000 / 999).squareRoot()) < 1e-9)
    }
}
