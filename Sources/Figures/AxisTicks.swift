// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// The round numbers at which an axis is marked.
struct AxisTicks: Hashable {
    /// The marked numbers, ascending.
    let values: [Double]
    /// What stands beside each.
    let labels: [String]

    /// About `count` marks for numbers within `range`; the outer ones may lie beyond it.
    ///
    /// Talbot, Lin and Hanrahan, "An extension of Wilkinson's algorithm for positioning tick labels on axes", 2010.
    init(_ range: ClosedRange<Double>, count: Int) {
        guard let best = TickSearch(range, wanted: max(count, 2)).best else {
            let ends = range.lowerBound < range.upperBound ? [range.lowerBound, range.upperBound] : [range.lowerBound]
            self.init(values: ends, labels: ends.map { NumberText.short($0) })
            return
        }
        // Multiples of a whole number of steps, not sums: 0.1 added three times is not 0.3.
        let values = (0..<best.count).map { best.value($0) }
        self.init(values: values, labels: NumberText.labels(values, step: best.step))
    }

    init(values: [Double], labels: [String]) {
        self.values = values
        self.labels = labels
    }

    /// Powers of ten within `range`, no more than `most`, written 10⁻⁴; 1, 2 and 5 of each where there are few.
    init(decadesWithin range: ClosedRange<Double>, most: Int) {
        let first = Int((log10(range.lowerBound) - 1e-9).rounded(.up))
        let last = Int((log10(range.upperBound) + 1e-9).rounded(.down))
        let decades = first <= last ? Array(first...last) : []
        guard decades.count >= 2 else {
            self.init(withinDecade: range)
            return
        }
        let stride = max(1, (decades.count + most - 1) / max(1, most))
        let shown = decades.filter { ($0 - first).isMultiple(of: stride) }
        self.init(values: shown.map { pow(10, Double($0)) }, labels: shown.map { "10" + Superscript.text($0) })
    }

    private init(withinDecade range: ClosedRange<Double>) {
        let exponents = Int(floor(log10(range.lowerBound)))...Int(ceil(log10(range.upperBound)))
        let values = exponents.flatMap { exponent in [1, 2, 5].map { $0 * pow(10, Double(exponent)) } }
        let shown = values.filter { $0 >= range.lowerBound * 0.999 && $0 <= range.upperBound * 1.001 }
        let marked = shown.isEmpty ? [range.lowerBound, range.upperBound] : shown
        self.init(values: marked, labels: marked.map { NumberText.short($0) })
    }

    /// Those within `range`.
    func within(_ range: ClosedRange<Double>) -> AxisTicks {
        let hair = (range.upperBound - range.lowerBound) * 1e-6
        let kept = values.indices.filter {
            values[$0] >= range.lowerBound - hair && values[$0] <= range.upperBound + hair
        }
        return AxisTicks(values: kept.map { values[$0] }, labels: kept.map { labels[$0] })
    }
}

/// Numbers as axes and cells show them.
enum NumberText {
    /// The labels of an axis's marks, which are `step` apart: all with the same decimals, or the same power of ten.
    static func labels(_ values: [Double], step: Double) -> [String] {
        let greatest = values.map(abs).max() ?? 0
        if greatest >= 1e6 || greatest < 1e-3 {
            let exponent = Int(floor(log10(max(greatest, .leastNormalMagnitude))))
            let unit = pow(10, Double(exponent))
            // Numbers this close to the end of Double's range have no such unit.
            guard unit.isNormal else { return values.map { String(format: "%g", $0) } }
            let decimals = decimals(step / unit)
            return values.map { value in
                value == 0
                    ? "0" : HumanText.fixed(value / unit, decimals: decimals) + "×10" + Superscript.text(exponent)
            }
        }
        let decimals = decimals(step)
        return values.map {
            decimals == 0 && abs($0) >= 1000
                ? ($0 < 0 ? "−" : "") + HumanText.count(Int(abs($0).rounded()))
                : HumanText.fixed($0, decimals: decimals)
        }
    }

    /// How many decimals tell multiples of `step` apart.
    private static func decimals(_ step: Double) -> Int {
        for decimals in 0..<15 {
            let scaled = step * pow(10, Double(decimals))
            if scaled >= 0.999, abs(scaled - scaled.rounded()) < 1e-6 * scaled { return decimals }
        }
        return 15
    }

    /// A number in about three digits, such as `0.123`, `12.3` or `1.23×10⁻⁵`.
    static func short(_ value: Double, signed: Bool = false) -> String {
        guard value.isFinite else { return HumanText.fixed(value, decimals: 0) }
        let size = abs(value)
        if size != 0, size < 1e-2 || size >= 1e6 {
            let exponent = Int(floor(log10(size)))
            let unit = pow(10, Double(exponent))
            guard unit.isNormal else { return String(format: "%g", value) }
            return HumanText.fixed(value / unit, decimals: 2, signed: signed) + "×10" + Superscript.text(exponent)
        }
        let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        return HumanText.fixed(value, decimals: decimals, signed: signed)
    }
}
