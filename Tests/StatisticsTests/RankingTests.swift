// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct RankingTests {
    private static let inside = (1...20).map { Double($0) / 10 }
    private static let outside = [
        0.05, 0.95, 1.15, 1.35, 1, 1, 1.5, 1.5, 1.7, 1.9, 2, 2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8,
    ]

    private func ranking(_ positives: [Double], _ negatives: [Double]) throws -> ReceiverOperatingCharacteristic {
        try #require(ReceiverOperatingCharacteristic(positives: positives, negatives: negatives))
    }

    @Test("with ties, area, variance, intervals and average precisions are those of scikit-learn and pROC")
    func ties() throws {
        let ranking = try ranking(
            [0.9, 1.2, 1.5, 1.5, 1.8, 1.9, 2, 2.1],
            [1, 1.1, 1.2, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 3]
        )
        #expect(agree(ranking.area, 0.65) && agree(ranking.mannWhitneyU, 52))
        #expect(agree(ranking.variance, 0.02133184523809524))
        let (wald, logit) = (ranking.waldInterval(), ranking.interval())
        #expect(agree(wald.low, 0.363738921521694) && agree(wald.high, 0.9362610784783063))
        #expect(agree(logit.low, 0.34541581576477093) && agree(logit.high, 0.8673041048754911))
        #expect(agree(ranking.averagePrecisionOut, 0.6034722222222222))
        #expect(agree(ranking.averagePrecisionIn, 0.6515179265179265))
        // What the trapezoid area under the same curves would be.
        #expect(abs(ranking.averagePrecisionOut - 0.5499416433239962) > 0.05)
        #expect(abs(ranking.averagePrecisionIn - 0.6155953523600582) > 0.03)
    }

    @Test("the three false positive rates of one data set differ, and each has its name")
    func falsePositiveRates() throws {
        let ranking = try ranking(Self.outside, Self.inside)
        #expect(ranking.falsePositiveRateOutlierPositive == 0.55)
        #expect(ranking.falsePositiveRateInlierPositive == 0.5)
        #expect(ranking.falsePositiveRateOpenOOD1 == 0.45)
        #expect(agree(ranking.area, 0.7875) && agree(ranking.variance, 0.005407894736842105))
        #expect(agree(ranking.averagePrecisionOut, 0.8255433244916003))
        #expect(agree(ranking.averagePrecisionIn, 0.728314059141513))
    }

    @Test("two scores of the same images are compared with their covariance")
    func paired() throws {
        let first = try ranking(Self.outside, Self.inside)
        let second = try ranking(Self.outside.map { abs($0 - 1.05) }, Self.inside.map { abs($0 - 1.05) })
        let comparison = try #require(AreaComparison(first, second))
        #expect(agree(second.area, 0.6875) && agree(comparison.difference, 0.1))
        #expect(agree(comparison.covariance, 0.00341118, to: 1e-5))
        #expect(
            agree(second.variance.map { $0 + (first.variance ?? 0) - 2 * comparison.covariance }, comparison.variance)
        )
        #expect(agree(comparison.z, 1.2046053234, to: 1e-9) && agree(pow(10, comparison.log10P), 0.22835570, to: 1e-7))
        #expect(AreaComparison(first, first)?.log10P == 0)
    }

    @Test("scores are compared as they are, not after a sigmoid")
    func saturation() throws {
        let scores = [
            98.095, 98.4612, 98.1145, 98.1506, 97.6037, 98.9425, 99.2644, 99.5014, 99.728, 99.6595, 99.6931, 99.4667,
            99.9623, 99.8949, 99.8768,
        ]
        let ranking = try ranking(Array(scores.dropFirst()), Array(scores.prefix(1)))
        #expect(agree(ranking.area, 0.9285714285714286))
        #expect(ranking.variance == nil && !ranking.interval().isEstimable)
    }

    @Test("an area of 0 or 1 has no interval")
    func separated() throws {
        for (ranking, area) in [(try ranking([3, 4], [1, 2]), 1.0), (try ranking([1, 2], [3, 4]), 0.0)] {
            #expect(ranking.area == area && ranking.interval() == .notEstimable(at: area, level: 0.95))
        }
    }

    @Test("the precision-recall example of scikit-learn has its average precision")
    func precisionRecall() throws {
        // y = [1, 0, 0, 1], s = [1, 2, 3, 4]: precision 1 at recall 0.5, 0.5 at recall 1.
        #expect(try ranking([1, 4], [2, 3]).averagePrecisionOut == 0.75)
    }

    @Test("the area's standard error at chance")
    func chance() {
        let error = ReceiverOperatingCharacteristic.standardErrorAtChance(positives: 10_000, negatives: 10_000)
        #expect(agree(error, 0.004082482904638631))
    }

    @Test("an image and its changed twin are one cluster")
    func clusters() throws {
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        let clean = (0..<60).map { rounded(sin(Double($0) * 1.3) + 0.3 * sin(Double($0) * 0.37)) }
        let changed = (0..<60).map { rounded(clean[$0] + 0.25 + 0.2 * cos(Double($0) * 2.1)) }
        let ranking = try ranking(changed, clean)
        // numpy, Obuchowski's sums written out; 20,000 resamples of images give 9.1e-5.
        let variance = ranking.variance(positiveClusters: Array(0..<60), negativeClusters: Array(0..<60))
        #expect(agree(ranking.area, 0.5918055555555556) && agree(variance, 7.556366394643197e-05, to: 1e-10))
        #expect(agree(ranking.variance, 0.0027022513862732783, to: 1e-10))
        let (paired, independent) = (ranking.pairedInterval(), ranking.interval())
        #expect(paired.high - paired.low < 0.2 * (independent.high - independent.low))
        let own = ranking.variance(positiveClusters: Array(0..<60), negativeClusters: Array(60..<120))
        #expect(agree(own, ranking.variance ?? 0))
    }

    @Test("resampled figures spread as those that scikit-learn computes from resamples")
    func resampled() throws {
        let ranking = try ranking(Self.outside, Self.inside)
        let labels = [Int](repeating: 0, count: 20)
        let resampled = ResampledRanking(
            ranking,
            positives: StratifiedBootstrap(labels: labels, seed: 1, replicates: 8_000),
            negatives: StratifiedBootstrap(labels: labels, seed: 2, replicates: 8_000)
        )
        // numpy and sklearn, 20,000 resamples of both sides: standard deviations and means.
        let expected = [
            (resampled.area, 0.07247965, 0.7872495), (resampled.averagePrecisionOut, 0.05553205, 0.82923053),
            (resampled.averagePrecisionIn, 0.08815524, 0.75669945),
            (resampled.falsePositiveRateOutlierPositive, 0.22767215, 0.6583),
            (resampled.falsePositiveRateInlierPositive, 0.12872065, 0.50357),
        ]
        for (statistic, deviation, mean) in expected {
            #expect(agree(statistic.standardError, deviation, to: 0.03))
            #expect(agree(Summary(statistic.replicates).mean, mean, to: 0.01))
            #expect(statistic.percentileInterval().contains(statistic.estimate))
        }
        #expect(resampled.area.estimate == ranking.area)
    }

    @Test("each replicate has the bits of the characteristic of the images that it drew", arguments: [1.0, 1e6])
    func drawn(_ scale: Double) throws {
        var random = SplitMix64(seed: 11)
        // Few different scores, then scores without ties.
        func scores(_ count: Int, _ range: ClosedRange<Double>) -> [Double] {
            (0..<count).map { _ in (Double.random(in: range, using: &random) * scale).rounded() }
        }
        let (positives, negatives) = (scores(37, -1...9) + [.nan], scores(29, -4...6))
        let above = StratifiedBootstrap(labels: positives.indices.map { $0 % 3 }, seed: 1, replicates: 21)
        let below = StratifiedBootstrap(labels: negatives.indices.map { $0 % 2 }, seed: 2, replicates: 21)
        let resampled = ResampledRanking(try ranking(positives, negatives), positives: above, negatives: below)
        func draw(_ values: [Double], _ bootstrap: StratifiedBootstrap, _ replicate: Int) -> [Double] {
            let slots = bootstrap.multiplicities.units.slotOfImage
            return bootstrap.multiplicities.withRow(replicate) { row in
                zip(values, slots).flatMap { [Double](repeating: $0, count: Int(row[Int($1)])) }
            }
        }
        for replicate in 0..<21 {
            let own = try ranking(draw(positives, above, replicate), draw(negatives, below, replicate))
            #expect(own.area == resampled.area.replicates[replicate])
            #expect(own.averagePrecisionOut == resampled.averagePrecisionOut.replicates[replicate])
            #expect(own.averagePrecisionIn == resampled.averagePrecisionIn.replicates[replicate])
            #expect(
                own.falsePositiveRateOutlierPositive == resampled.falsePositiveRateOutlierPositive.replicates[replicate]
            )
            #expect(
                own.falsePositiveRateInlierPositive == resampled.falsePositiveRateInlierPositive.replicates[replicate]
            )
        }
    }

    @Test("both scores of an image move together where both sides are the same images")
    func resampledPairs() throws {
        let scores = (0..<40).map { sin(Double($0)) }
        let bootstrap = StratifiedBootstrap(labels: scores.map { _ in 0 }, seed: 3, replicates: 200)
        let resampled = ResampledRanking(try ranking(scores, scores), positives: bootstrap, negatives: bootstrap)
        #expect(resampled.area.replicates.allSatisfy { agree($0, 0.5) })
    }

    @Test("scores that are not finite are counted, and a side without scores has no curve")
    func nonFinite() throws {
        let ranking = try ranking([2, .nan, 3], [1, .infinity, 2.5])
        #expect(ranking.positives == 2 && ranking.negatives == 2 && ranking.nonFinite == 2 && ranking.area == 0.75)
        #expect(ReceiverOperatingCharacteristic(positives: [.nan], negatives: [1]) == nil)
    }

    @Test("the figures agree with definitions written out, on random scores with many ties")
    func naive() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<30 {
            let positives = (0..<23).map { _ in Double(Int.random(in: 0...12, using: &random)) }
            let negatives = (0..<31).map { _ in Double(Int.random(in: -3...9, using: &random)) }
            let ranking = try ranking(positives, negatives)
            let wins = positives.map { p in negatives.map { p > $0 ? 1 : p == $0 ? 0.5 : 0 }.reduce(0, +) }.reduce(0, +)
            #expect(agree(ranking.area, wins / (23 * 31)))
            let thresholds = Set(positives + negatives).sorted()
            let outlier = thresholds.last { t in Double(positives.count { $0 >= t }) / 23 >= 0.95 }
            let inlier = thresholds.first { t in Double(negatives.count { $0 <= t }) / 31 >= 0.95 }
            let (high, low) = try (#require(outlier), #require(inlier))
            #expect(agree(ranking.falsePositiveRateOutlierPositive, Double(negatives.count { $0 >= high }) / 31))
            #expect(agree(ranking.falsePositiveRateInlierPositive, Double(positives.count { $0 <= low }) / 23))
        }
    }
}
