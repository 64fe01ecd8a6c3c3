// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The search for the marks that serve a range best: simple numbers, covering the range, about as many as wanted.
///
/// Talbot, Lin and Hanrahan 2010, sections 4 and 5, with their weights; legibility is left to the layout, which measures
/// the labels.
struct TickSearch {
    /// Marks `start`, `start + 1`, … in units of `step / skip`.
    struct Labelling: Hashable {
        /// Between neighbouring marks.
        var step: Double
        /// The first mark, in units of `step / skip`.
        var start: Int
        /// Of the numbers that `step / skip` would mark, every `skip`th is.
        var skip: Int
        var count: Int

        func value(_ index: Int) -> Double {
            // Steps below one are divided by their inverse, which is exact.
            let multiple = Double(start + index * skip)
            let unit = step / Double(skip)
            return unit < 1 ? multiple / (1 / unit).roundedIfClose : multiple * unit.roundedIfClose
        }
    }

    /// The best marks; nil for a range without extent, or too large to have one.
    private(set) var best: Labelling?

    private static let simple: [Double] = [1, 5, 2, 2.5, 4, 3]
    private static let weights = (simplicity: 0.25, coverage: 0.2, density: 0.5, legibility: 0.05)

    private let low: Double
    private let high: Double
    private let wanted: Int
    private var bestScore = -2.0

    init(_ range: ClosedRange<Double>, wanted: Int) {
        (low, high, self.wanted) = (range.lowerBound, range.upperBound, wanted)
        let extent = high - low
        guard extent.isFinite, extent > 1e-290, extent > 1e-13 * max(abs(low), abs(high)) else { return }
        var skip = 1
        while searchEverySimpleStep(skip) { skip += 1 }
    }

    /// - Returns: Whether a greater `skip` could still win.
    private mutating func searchEverySimpleStep(_ skip: Int) -> Bool {
        for (place, simple) in Self.simple.enumerated() {
            let simplest = 1 - Double(place) / 5 + 1 - Double(skip)
            guard score(simplest, 1, 1) >= bestScore else { return false }
            var count = 2
            while searchEveryPower(simple, simplest, skip: skip, count: count) { count += 1 }
        }
        return true
    }

    /// - Returns: Whether a greater `count` could still win.
    private mutating func searchEveryPower(_ simple: Double, _ simplest: Double, skip: Int, count: Int) -> Bool {
        let densest = count >= wanted ? 2 - Double(count - 1) / Double(wanted - 1) : 1
        guard score(simplest, 1, densest) >= bestScore else { return false }
        var power = ceil(log10((high - low) / Double(count + 1) / Double(skip) / simple))
        while true {
            let step = Double(skip) * simple * pow(10, power)
            guard score(simplest, mostCoverage(step * Double(count - 1)), densest) >= bestScore else { return true }
            let first = floor(high / step) * Double(skip) - Double(count - 1) * Double(skip)
            let last = ceil(low / step) * Double(skip)
            if first <= last {
                for start in Int(first)...Int(last) {
                    consider(Labelling(step: step, start: start, skip: skip, count: count), simplest)
                }
            }
            power += 1
        }
    }

    private mutating func consider(_ labelling: Labelling, _ simplest: Double) {
        let least = Double(labelling.start) * labelling.step / Double(labelling.skip)
        let most = least + labelling.step * Double(labelling.count - 1)
        let rest = least - labelling.step * floor(least / labelling.step)
        let hair = 1e-7 * labelling.step
        let holdsZero = (rest < hair || labelling.step - rest < hair) && least <= hair && most >= -hair
        let simplicity = simplest - (holdsZero ? 0 : 1)
        let total = score(simplicity, coverage(least, most), density(labelling.count, least, most))
        guard total > bestScore else { return }
        (best, bestScore) = (labelling, total)
    }

    private func score(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
        let weights = Self.weights
        return weights.simplicity * simplicity + weights.coverage * coverage + weights.density * density
            + weights.legibility
    }

    private func coverage(_ least: Double, _ most: Double) -> Double {
        let unit = 0.1 * (high - low)
        let (above, below) = ((high - most) / unit, (low - least) / unit)
        return 1 - 0.5 * (above * above + below * below)
    }

    private func mostCoverage(_ span: Double) -> Double {
        guard span > high - low else { return 1 }
        let beyond = (span - (high - low)) / 2 / (0.1 * (high - low))
        return 1 - beyond * beyond
    }

    private func density(_ count: Int, _ least: Double, _ most: Double) -> Double {
        let found = Double(count - 1) / (most - least)
        let ideal = Double(wanted - 1) / (max(most, high) - min(least, low))
        return 2 - max(found / ideal, ideal / found)
    }
}

extension Double {
    /// The whole number that this one is meant to be, where it is one but for rounding.
    fileprivate var roundedIfClose: Double { abs(self - rounded()) < 1e-9 * abs(self) ? rounded() : self }
}
