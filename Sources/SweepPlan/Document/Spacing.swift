// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Ways to write many values of an axis as three numbers.
enum Spacing: String, CaseIterable {
    /// `[from, to, step]`: from, from + step, … up to and including to.
    case range
    /// `[from, to, count]`: equal differences, both ends included.
    case linspace
    /// `[from, to, count]`: equal ratios, both ends included.
    case logspace

    /// More values than anyone means; also the bound of what a short file can make us store.
    static let countLimit = 1_000_000

    /// A spacing that has no values.
    struct Failure: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// The whole numbers of a `range`.
    static func integers(from: Int, to: Int, step: Int) throws(Failure) -> [Int] {
        guard step != 0 else { throw Failure("the step is 0") }
        guard from == to || (from < to) == (step > 0) else { throw Failure("steps of \(step) lead away from \(to)") }
        let distance = to.subtractingReportingOverflow(from)
        let steps = distance.partialValue.dividedReportingOverflow(by: step)
        guard !distance.overflow, !steps.overflow, steps.partialValue < countLimit else { throw tooMany }
        return (0...steps.partialValue).map { from + $0 * step }
    }

    /// The real numbers of a spacing; `third` is the step or the count.
    func reals(from: Double, to: Double, third: Double) throws(Failure) -> [Double] {
        switch self {
        case .range:
            return try Self.steps(from: from, to: to, step: third)
        case .linspace:
            let largest = max(from.magnitude, to.magnitude)
            return try Self.between(from, to, count: third) { Self.rounded(from + (to - from) * $0, sumOf: largest) }
        case .logspace:
            guard from > 0, to > 0 else { throw Failure("logspace needs ends above 0") }
            let (low, high) = (log10(from), log10(to))
            return try Self.between(from, to, count: third) { share in
                let value = pow(10, low + (high - low) * share)
                return Self.rounded(value, sumOf: value)
            }
        }
    }

    private static let tooMany = Failure("more than \(countLimit) values")

    private static func steps(from: Double, to: Double, step: Double) throws(Failure) -> [Double] {
        guard step != 0 else { throw Failure("the step is 0") }
        guard from == to || (from < to) == (step > 0) else { throw Failure("the step leads away from the end") }
        // The last value is reached in spite of rounding: 0 to 0.3 by 0.1 has four values.
        let count = ((to - from) / step + 1e-9).rounded(.down)
        guard count < Double(countLimit) else { throw tooMany }
        let largest = max(from.magnitude, to.magnitude)
        return (0...Int(count)).map { rounded(from + Double($0) * step, sumOf: largest) }
    }

    private static func between(
        _ from: Double,
        _ to: Double,
        count: Double,
        at value: (Double) -> Double
    ) throws(Failure) -> [Double] {
        guard count == count.rounded(), count >= 2 else { throw Failure("the count must be a whole number from 2 on") }
        guard count <= Double(countLimit) else { throw tooMany }
        let last = Int(count) - 1
        return (0...last).map { index in
            if index == 0 { return from }
            return index == last ? to : value(Double(index) / Double(last))
        }
    }

    /// The value rounded to 12 significant digits, or to fewer where the sum that made it had larger parts.
    ///
    /// A computed value then equals the one a person writes (0.3, 0.001), and does not depend on the last bits of a
    /// system's `pow`, which would give the same cell different ids on different machines.
    ///
    /// - Parameters:
    ///   - value: A computed value.
    ///   - largest: The magnitude of the largest number that went into it; its 15th digit bounds the sum's precision.
    /// - Returns: The nearest such decimal.
    private static func rounded(_ value: Double, sumOf largest: Double) -> Double {
        guard value != 0, value.isFinite, largest.isFinite else { return value }
        func exponent(_ value: Double) -> Int { Int(log10(value.magnitude).rounded(.down)) }
        let shift = min(11 - exponent(value), 14 - exponent(largest))
        guard shift.magnitude <= 300, let power = Double("1e\(shift)") else { return value }
        let digits = Int((value * power).rounded())
        return Double("\(digits)e\(-shift)") ?? value
    }
}
