// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Figures

@Suite("axes")
struct AxisLabelsTests {
    /// What `mizani.breaks.breaks_extended(n=5)` of mizani 0.14.6 gives for these ranges.
    @Test(
        "axes are marked as Talbot, Lin and Hanrahan mark them",
        arguments: [
            (0.0...1.75, [0, 0.5, 1, 1.5, 2]), (0...3.5, [0, 1, 2, 3, 4]), (0...9, [0, 2.5, 5, 7.5, 10]),
            (-0.44...2.3, [-0.5, 0, 0.5, 1, 1.5, 2, 2.5]), (0.85...1.31, [0.9, 1, 1.1, 1.2, 1.3]),
            (-0.002...0.03, [0, 0.01, 0.02, 0.03]), (97.1...99.31, [97, 97.5, 98, 98.5, 99, 99.5]),
        ]
    )
    func ticks(_ range: ClosedRange<Double>, _ values: [Double]) {
        #expect(AxisTicks(range, count: 5).values == values)
    }

    @Test(
        "numbers at an axis have the same decimals and no digits that are not meant",
        arguments: [
            ([0, 0.1, 0.2, 0.3], ["0.0", "0.1", "0.2", "0.3"]), ([-1, -0.5, 0], ["−1.0", "−0.5", "0.0"]),
            ([0, 5000, 10000], ["0", "5,000", "10,000"]), ([0, 2.5e6, 5e6], ["0", "2.5×10⁶", "5.0×10⁶"]),
            ([-2e-7, 0, 2e-7], ["−2×10⁻⁷", "0", "2×10⁻⁷"]),
        ]
    )
    func labels(_ values: [Double], _ labels: [String]) {
        #expect(NumberText.labels(values, step: values[1] - values[0]) == labels)
    }

    @Test("decades are written as powers of ten, and fewer of them where there is less room")
    func decades() {
        #expect(AxisTicks(decadesWithin: 1e-5...1e-1, most: 9).labels == ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"])
        #expect(AxisTicks(decadesWithin: 1e-5...1e-1, most: 3).labels == ["10⁻⁵", "10⁻³", "10⁻¹"])
        #expect(AxisTicks(decadesWithin: 0.9e-4...1.1e-4, most: 3).values == [1e-4])
    }

    @Test("ranges of every size get marks that are apart", arguments: [1e-200, 1e-12, 1, 1e12, 1e200])
    func extremes(_ scale: Double) {
        let ticks = AxisTicks(-scale...2 * scale, count: 5)
        #expect(ticks.values.count >= 3 && Set(ticks.labels).count == ticks.labels.count)
    }

    private func labels(_ texts: [String], slot: Double) -> [AxisLabels.Label] {
        texts.enumerated().map { AxisLabels.Label(text: $1, at: (Double($0) + 0.5) * slot) }
    }

    @Test("labels that collide are broken into lines, then turned, then left out")
    func collisions() {
        let texts = (0..<6).map { "transform number \($0)" }
        let (wide, narrow) = (labels(texts, slot: 60), labels(texts, slot: 34))
        let side = AxisLabels(below: [wide], length: 360, most: 72)
        #expect(side.texts.map(\.text) == texts)
        let broken = AxisLabels(below: [narrow], length: 204, most: 72)
        #expect(broken.texts.count == 12 && broken.texts.allSatisfy { !$0.isRotated })
        let turned = AxisLabels(below: [labels(texts, slot: 12)], length: 72, most: 72)
        #expect(turned.texts.map(\.text) == texts && turned.texts.allSatisfy(\.isRotated))
        let thinned = AxisLabels(below: [labels(texts, slot: 4)], length: 24, most: 72)
        #expect(thinned.texts.map(\.text) == [texts[0], texts[2], texts[4]])
    }
}
