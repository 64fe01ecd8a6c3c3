// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

/// round(2·sin(0.7·i²) + 0.05·i, 2) for i from 0: a column that Python makes too.
func wavyColumn(_ count: Int) -> [Double] {
    (0..<count).map { index in
        let square = Double(index * index)
        return (200 * sin(square * 0.7) + 5 * Double(index)).rounded() / 100
    }
}

@Suite struct DensityTests {
    private static let values = wavyColumn(40)

    @Test("type 7 quantiles of the textbook's differences")
    func quantiles() {
        let sample = Sample(depression)
        let expected = [(0.025, -0.1336), (0.25, 0.01), (0.5, 0.49), (0.75, 0.62), (0.975, 1.008)]
        for (probability, quantile) in expected { #expect(agree(sample.quantile(probability), quantile, to: 1e-12)) }
    }

    @Test("the density is that of SciPy with Scott's factor")
    func density() throws {
        let density = try #require(KernelDensity(depression))
        #expect(agree(density.factor, 0.6443940149772542))
        let values = density.densities(at: [0, 0.5, 1e9])
        #expect(agree(values[0], 0.56510784, to: 1e-7) && agree(values[1], 0.74528173, to: 1e-7) && values[2] == 0)
        #expect(KernelDensity([1, 1]) == nil && KernelDensity([.nan, 2]) == nil)
    }

    @Test("a density's area is 1")
    func area() throws {
        let density = try #require(KernelDensity(Self.values))
        let points = (0...4_000).map { -8 + Double($0) * 0.004 }
        #expect(agree(density.densities(at: points).reduce(0, +) * 0.004, 1, to: 1e-9))
    }

    @Test("bins count as numpy.histogram does")
    func histogram() {
        // numpy.histogram(x, bins=7)
        let histogram = Histogram(Self.values, bins: 7)
        #expect(histogram.counts == [3, 2, 9, 6, 4, 7, 9] && histogram.outside == 0)
        for (edge, expected) in zip(histogram.edges, [-1.76, -1.01, -0.26, 0.49, 1.24, 1.99, 2.74, 3.49]) {
            #expect(agree(edge, expected, to: 1e-12))
        }
        #expect(Histogram(Self.values).counts.count == 4)
        let areas = zip(histogram.densities, zip(histogram.edges, histogram.edges.dropFirst())).map {
            $0 * ($1.1 - $1.0)
        }
        #expect(agree(areas.reduce(0, +), 1))
    }

    @Test("values on an edge belong to the bin above, on the last edge to the last bin")
    func edges() {
        let histogram = Histogram([0, 0.1, 0.2, 0.3, 0.3, 0.7, -1, .nan], bins: 3, range: 0...0.3)
        #expect(histogram.counts == [1, 1, 3] && histogram.outside == 2 && histogram.nonFinite == 1)
    }

    @Test("nothing and equal values have a histogram too")
    func degenerate() {
        #expect(Histogram([]).counts == [0])
        #expect(Histogram([2, 2]).edges == [1.5, 2.5] && Histogram([2, 2]).counts == [2])
    }
}
