// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Testing

@Suite("The summary of a cell")
struct CellSummaryTests {
    @Test("its figures are those of the values by class, whatever their order, with those that are no numbers apart")
    func figures() {
        var generator = SplitMix64(seed: 7)
        let values = (0..<500).map { _ in Float.random(in: -3...3, using: &generator) } + [.nan, .infinity, -0.0, 0.0]
        let labels = values.indices.map { UInt8($0 % 7) }
        let summary = CellSummary(
            measure: .bitsPerDimension,
            values: ImageValues(values),
            labels: labels,
            baseline: .none
        )
        let expected = Grouped(values, by: labels.map(Int.init))
        #expect(summary.all.summary == expected.total)
        #expect(summary.classes.map(\.label) == expected.groups.map(\.label))
        #expect(summary.classes.map(\.summary) == expected.groups.map(\.summary))
        #expect(summary.all.difference == nil)
        #expect(summary.all.histogram.total == 502)
    }

    @Test("images that are not recorded take no part")
    func recorded() {
        var values = ImageValues(images: 5)
        for position in [1, 3] { values.set(Float(position), at: position) }
        let summary = CellSummary(
            measure: .correct,
            values: values,
            labels: [0, 1, 0, 0, 1],
            baseline: .values(ImageValues([1, 2, 3, 4, 5]))
        )
        #expect(summary.all.summary.count == 2)
        #expect(summary.classes.map(\.label) == [0, 1])
        #expect(summary.all.difference?.mean == -1)
        #expect(summary.all.difference?.standardDeviation == 0)
        #expect(summary.all.difference?.raisedShare == 0)
    }

    @Test("differences have the mean, the spread and the share of pairs of finite values")
    func differences() {
        let (before, after): ([Float], [Float]) = ([1, 2, 3, .nan, 5], [2, 2, 2.5, 4, .infinity])
        let summary = CellSummary(
            measure: .bitsPerDimension,
            values: ImageValues(after),
            labels: [0, 0, 1, 1, 1],
            baseline: .values(ImageValues(before))
        )
        let changes = zip(after, before).map { Double($0) - Double($1) }
        let all = summary.all.difference
        #expect(all?.count == 3 && all?.nonFiniteCount == 2 && all?.raised == 1)
        #expect(all?.mean == Summary(changes).mean)
        #expect(all?.standardDeviation == Summary(changes).standardDeviation)
        #expect(summary[1]?.difference?.mean == -0.5)
        #expect(summary[1]?.difference?.standardDeviation == nil)
    }

    @Test("a cell without a transformation differs from itself by nothing")
    func itself() {
        let values = ImageValues([1, .nan, 3])
        let summary = CellSummary(measure: .bitsPerDimension, values: values, labels: [0, 0, 0], baseline: .itself)
        #expect(summary.all.difference?.count == 2 && summary.all.difference?.mean == 0)
    }
}

@Suite("Histograms of power-of-two bins")
struct DyadicHistogramTests {
    @Test("every value is in the bin that holds it, of no more bins than there may be", arguments: 0..<40)
    func bins(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let scale = Float.random(in: -30...30, using: &generator)
        let offset = Float.random(in: -100...100, using: &generator)
        let values = (0..<200).map { _ in offset + Float.random(in: -1...1, using: &generator) * exp2(scale) }
        let histogram = DyadicHistogram(Sample(values))
        #expect(histogram.counts.count <= DyadicHistogram.mostBins)
        #expect(histogram.counts.first != 0 && histogram.counts.last != 0)
        for (bin, count) in histogram.counts.enumerated() {
            let low = Double(histogram.first + bin) * histogram.width
            #expect(values.count { low <= Double($0) && Double($0) < low + histogram.width } == count)
        }
    }

    @Test("coarser bins are those that the values would have had")
    func coarsened() {
        let sample = Sample([-3.5, -1, -0.25, 0, 0.25, 0.5, 1, 3.75])
        let histogram = DyadicHistogram(sample)
        let coarse = histogram.coarsened(to: 1)
        #expect(coarse.first == -2 && coarse.counts == [1, 2, 4, 1])
        #expect(histogram.coarsened(to: histogram.exponent) == histogram)
        #expect(histogram.coarsened(to: 2000).counts == [3, 5])
    }

    @Test("spread over columns of any width, all values within are shared out")
    func spread() {
        let histogram = DyadicHistogram(Sample((0..<100).map { Double($0) / 100 }))
        let columns = histogram.spread(over: 0...1, bins: 7)
        #expect(abs(columns.reduce(0, +) - 100) < 1e-9)
        #expect(columns.allSatisfy { abs($0 - 100.0 / 7) < 2 })
        #expect(histogram.spread(over: 5...6, bins: 3) == [0, 0, 0])
    }

    @Test("single values, no values and extreme values have histograms")
    func extremes() {
        #expect(DyadicHistogram(Sample([Double]())).range == nil)
        let one = DyadicHistogram(Sample([3.25]))
        #expect(one.counts == [1] && one.range?.contains(3.25) == true)
        #expect(DyadicHistogram(Sample([0.0, 0.0])).counts == [2])
        let greatest = Float.greatestFiniteMagnitude
        #expect(DyadicHistogram(Sample([-greatest, greatest])).total == 2)
        #expect(DyadicHistogram(Sample([Float.leastNonzeroMagnitude, 1])).total == 2)
    }

    private func exp2(_ exponent: Float) -> Float { Float(sign: .plus, exponent: Int(exponent), significand: 1) }
}
