// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// Where values stand along a chart, and the round numbers that say so.
struct ChartAxis {
    /// From the smallest value to the greatest.
    let range: ClosedRange<Double>
    /// Whether equal distances are equal ratios; then all values are above 0.
    let isLogarithmic: Bool
    private let left: Double
    private let right: Double

    /// An axis that shows `range` between two places.
    init(_ range: ClosedRange<Double>, isLogarithmic: Bool, from left: Double, to right: Double) {
        // A range that was made of bins may begin at 0, where no value lies.
        let least = isLogarithmic ? max(range.lowerBound, range.upperBound * 1e-30, 0.1) : range.lowerBound
        self.range = min(least, range.upperBound)...range.upperBound
        self.isLogarithmic = isLogarithmic
        self.left = left
        self.right = right
    }

    /// Where a value stands.
    func place(_ value: Double) -> Double {
        let (low, high, value) = (
            scaled(range.lowerBound), scaled(range.upperBound), scaled(max(value, range.lowerBound))
        )
        return left + (high > low ? (value - low) / (high - low) : 0) * (right - left)
    }

    private func scaled(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }

    /// Lines at round numbers, with the numbers.
    func html(top: Double, bottom: Double) -> HTML {
        HTML(
            ticks.map { value, label -> HTML in
                let x = ChartText.number(place(value))
                return """
                    <path class="grid" d="M\(x) \(ChartText.number(top))V\(ChartText.number(bottom))"/>\
                    <text class="tick" x="\(x)" y="\(ChartText.number(bottom + 16))" text-anchor="middle">\(label)</text>

                    """
            }
        )
    }

    private var ticks: [(value: Double, label: String)] {
        let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
        let (step, decimals) = Self.roundStep((high - low) / 6, atLeast: isLogarithmic ? 1 : 0)
        let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
        guard first <= last, last - first < 100 else { return [] }
        return (0...Int(last - first)).map { index in
            let multiple = (first + Double(index)) * step
            guard isLogarithmic else { return (multiple, PageNumber.text(multiple, decimals: decimals)) }
            return (pow(10, multiple), multiple == 0 ? "1" : "1e\(Int(multiple))")
        }
    }

    /// The step of 1, 2 or 5 times a power of ten next to `wanted`, and the decimals that it needs.
    private static func roundStep(_ wanted: Double, atLeast least: Double) -> (step: Double, decimals: Int) {
        guard wanted > least, wanted > 0 else { return (max(least, 1), 0) }
        let exponent = Int(floor(log10(wanted)))
        let unit = pow(10, Double(exponent))
        let factor = wanted / unit < 1.5 ? 1.0 : wanted / unit < 3.5 ? 2 : wanted / unit < 7.5 ? 5 : 10
        return (factor * unit, max(0, -exponent))
    }
}
