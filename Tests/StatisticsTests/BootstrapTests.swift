// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct BootstrapTests {
    private static let skewed: [Double] = [10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213]

    /// Classes of 5, 8 and 40 images.
    private static let labels =
        [Int](repeating: 0, count: 5) + [Int](repeating: 1, count: 8)
        + [Int](repeating: 2, count: 40)
    private static let column = labels.indices.map { index in
        (exp(sin(Double(index) * 1.7)) * 1_000).rounded() / 1_000 * Double(1 + labels[index])
    }

    private func near(_ interval: Interval?, _ low: Double, _ high: Double, within tolerance: Double) -> Bool {
        guard let interval, interval.isEstimable else { return false }
        return agree(interval.low, low, to: tolerance) && agree(interval.high, high, to: tolerance)
    }

    @Test("the mean's intervals are those of R's boot with a million resamples")
    func boot() throws {
        let bootstrap = StratifiedBootstrap(labels: Self.skewed.map { _ in 0 }, seed: 7, replicates: 200_000)
        let mean = try #require(bootstrap.means(of: Self.skewed).overall)
        #expect(agree(mean.acceleration, 0.06152886961259406))
        #expect(near(mean.percentileInterval(), 28.86, 84.21, within: 0.005))
        #expect(near(mean.interval(), 32.31, 91.43, within: 0.005))
        // What R calls basic: the percentile interval mirrored at the estimate.
        let percentile = mean.percentileInterval()
        #expect(abs(2 * mean.estimate - percentile.high - 23.77) < 0.3)
        #expect(agree(2 * mean.estimate - percentile.low, 79.12, to: 0.005))
    }

    @Test("the acceleration of a difference of two means has the value of R's boot")
    func acceleration() {
        let (first, second): ([Double], [Double]) = (
            [16, 23, 38, 94, 99, 141, 197], [10, 27, 31, 40, 46, 50, 52, 104, 146]
        )
        func influences(_ values: [Double], _ sign: Double) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { sign * ($0 - mean) / Double(values.count) }
        }
        let acceleration = ResampledStatistic.acceleration(
            ofInfluences: influences(first, 1) + influences(second, -1)
        )
        #expect(agree(acceleration, 0.011008228344026734))
    }

    @Test("images are drawn within their class")
    func stratified() throws {
        // numpy: 400,000 resamples of each class; the standard error is sqrt(sum of squares about class means)/n.
        let bootstrap = StratifiedBootstrap(labels: Self.labels, seed: 1, replicates: 30_000)
        let mean = try #require(bootstrap.means(of: Self.column).overall)
        #expect(agree(mean.estimate, 3.3490188679245274) && agree(mean.acceleration, 0.012971534667418783))
        #expect(agree(mean.standardError, 0.3056574538498671, to: 0.01))
        #expect(near(mean.interval(), 2.78614223, 3.98298985, within: 0.008))
        #expect(near(mean.percentileInterval(), 2.76358396, 3.95711321, within: 0.008))
        // numpy.median and numpy.quantile(…, 0.9) of 100,000 resamples.
        #expect(near(bootstrap.quantileInterval(of: Self.column, probability: 0.5), 1.707, 3.723, within: 0.005))
        #expect(near(bootstrap.quantileInterval(of: Self.column, probability: 0.9), 5.6832, 7.998, within: 0.01))
    }

    @Test("a class is resampled alike whichever other classes there are")
    func classAlone() throws {
        let all = StratifiedBootstrap(labels: Self.labels, seed: 9, replicates: 50).means(of: Self.column)
        let only = Self.labels.indices.filter { Self.labels[$0] == 2 }
        let alone = StratifiedBootstrap(labels: only.map { _ in 2 }, seed: 9, replicates: 50)
        let mean = try #require(alone.means(of: only.map { Self.column[$0] }).overall)
        #expect(all[2]?.replicates == mean.replicates && all[2]?.estimate == mean.estimate)
        #expect(all[3] == nil)
    }

    @Test("replicates depend on the seed and on nothing else")
    func seeds() {
        func replicates(_ seed: UInt64) -> [Double]? {
            StratifiedBootstrap(labels: Self.labels, seed: seed, replicates: 20).means(of: Self.column).overall?
                .replicates
        }
        #expect(replicates(3) == replicates(3))
        #expect(replicates(3) != replicates(4) && replicates(3) != replicates(3 + 1 << 40))
        let more = StratifiedBootstrap(labels: Self.labels, seed: 3, replicates: 40).means(of: Self.column).overall
        #expect(replicates(3) == more.map { Array($0.replicates.prefix(20)) })
    }

    @Test("columns of a slice draw the same images, so that replicates may be subtracted")
    func commonImages() throws {
        let bootstrap = StratifiedBootstrap(labels: Self.labels, seed: 2, replicates: 99)
        let other = Self.column.map { $0 * $0 }
        let (first, second) = try (
            #require(bootstrap.means(of: Self.column).overall), #require(bootstrap.means(of: other).overall)
        )
        let difference = try #require(bootstrap.means(of: zip(other, Self.column).map { $0 - $1 }).overall)
        for replicate in 0..<99 {
            #expect(
                agree(difference.replicates[replicate], second.replicates[replicate] - first.replicates[replicate])
            )
        }
    }

    @Test("a ratio's numerator and denominator draw the same images")
    func ratio() throws {
        let above = [2.1, 3.4, 1.9, 4.4, 5.2, 2.2, 3.3, 8.1, 2.7, 3.9]
        let below = [1.0, 1.9, 0.8, 2.1, 2.2, 1.3, 1.4, 4.4, 1.2, 2.0]
        let bootstrap = StratifiedBootstrap(labels: above.map { _ in 0 }, seed: 5, replicates: 30_000)
        let ratio = try #require(bootstrap.ratio(of: above, to: below))
        // numpy: 400,000 resamples of pairs, BCa with the acceleration of a - R*b.
        #expect(agree(ratio.estimate, 2.0327868852459012) && agree(ratio.acceleration, -0.015427752852790525, to: 1e-9))
        #expect(near(ratio.interval(), 1.896, 2.20118343, within: 0.005))
        let same = try #require(bootstrap.ratio(of: above.map { 2 * $0 }, to: above))
        #expect(same.estimate == 2 && !same.interval().isEstimable)
        #expect(bootstrap.ratio(of: above, to: above.map { _ in 0 }) == nil)
    }

    @Test("a sample without spread gives a flagged point, never NaN")
    func degenerate() throws {
        let labels = [0, 0, 0, 1, 1, 1]
        let bootstrap = StratifiedBootstrap(labels: labels, seed: 1)
        // 0.1 added up in different ways does not always give the same sum.
        for column in [[Double](repeating: 0.1, count: 6), [1, 1, 1, 2, 2, 2]] {
            for interval in [
                bootstrap.meanInterval(of: column), bootstrap.quantileInterval(of: column, probability: 0.5),
            ] {
                let interval = try #require(interval)
                #expect(!interval.isEstimable && interval.low == interval.high && interval.low.isFinite)
            }
        }
        let single = StratifiedBootstrap(labels: [4], seed: 1).meanInterval(of: [7])
        #expect(single == .notEstimable(at: 7, level: 0.95))
        let none = StratifiedBootstrap(labels: labels, seed: 1).means(of: [Double](repeating: .nan, count: 6))
        #expect(none.overall == nil && none[0] == nil)
        #expect(StratifiedBootstrap(labels: [], seed: 1).meanInterval(of: []) == nil)
    }

    @Test("values that are not finite are left out of the data and of every replicate")
    func nonFinite() throws {
        var column = Self.column
        column[3] = .nan
        column[20] = .infinity
        let kept = column.indices.filter { column[$0].isFinite }
        let bootstrap = StratifiedBootstrap(labels: Self.labels, seed: 1, replicates: 20_000)
        let mean = try #require(bootstrap.means(of: column).overall)
        let alone = StratifiedBootstrap(labels: kept.map { Self.labels[$0] }, seed: 1, replicates: 20_000)
        let expected = try #require(alone.means(of: kept.map { column[$0] }).overall)
        #expect(agree(mean.estimate, expected.estimate) && mean.replicates.allSatisfy(\.isFinite))
        #expect(agree(mean.standardError, expected.standardError, to: 0.03))
        let median = bootstrap.quantileInterval(of: column, probability: 0.5)
        #expect(median?.low.isFinite == true && median?.high.isFinite == true)
    }

    @Test("replicates equal to the estimate count half for the bias")
    func tiedReplicates() {
        // Three fifths of the replicates equal the estimate; the bias is 0 and both limits are as far away.
        let replicates =
            [Double](repeating: -1, count: 200) + [Double](repeating: 0, count: 600)
            + [Double](repeating: 1, count: 200)
        let statistic = ResampledStatistic(estimate: 0, replicates: replicates)
        #expect(statistic.interval(level: 0.9) == Interval(low: -1, high: 1, level: 0.9))
    }

    @Test("many images are resampled in groups with the spread of single ones")
    func grouped() throws {
        let labels = (0..<20_000).map { $0 % 7 }
        let column = labels.indices.map { index in
            exp(sin(Double(index) * 1.7) * 1.5 + sin(Double(index * index) * 0.001)) * (1 + 0.1 * Double(labels[index]))
        }
        let bootstrap = StratifiedBootstrap(labels: labels, seed: 1)
        let mean = try #require(bootstrap.means(of: column).overall)
        // numpy: 6,000 resamples of single images within classes; the standard error in closed form.
        #expect(agree(mean.estimate, 2.7252588508236912) && agree(mean.standardError, 0.024220330007332265, to: 0.05))
        #expect(near(mean.interval(), 2.67834828, 2.77290622, within: 0.002))
        #expect(near(bootstrap.quantileInterval(of: column, probability: 0.5), 1.27744155, 1.35160077, within: 0.005))
        #expect(
            near(bootstrap.quantileInterval(of: column, probability: 0.95), 10.61151003, 11.05891499, within: 0.005)
        )
    }

    @Test("the limit of ever more replicates is what many replicates of single images give")
    func quantileLimit() throws {
        var random = SplitMix64(seed: 1)
        let values = (0..<16_384).map { _ in Double.random(in: 0..<1, using: &random) }
        let labels = values.map { Int($0 * 3) }
        let single = StratifiedBootstrap(labels: labels, seed: 1, replicates: 4_000)
        // One more image, and images are grouped.
        let many = StratifiedBootstrap(labels: labels + [0], seed: 1, replicates: 1)
        for probability in [0.1, 0.5, 0.8] {
            let expected = try #require(single.quantileInterval(of: values, probability: probability))
            let limit = try #require(many.quantileInterval(of: values + [.nan], probability: probability))
            let width = expected.high - expected.low
            #expect(abs(limit.low - expected.low) < 0.06 * width && abs(limit.high - expected.high) < 0.06 * width)
        }
    }
}
