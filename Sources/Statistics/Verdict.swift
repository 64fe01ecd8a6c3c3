// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What an interval of a mean difference says about an effect that matters.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// The effect is above the smallest effect.
    case raised
    /// The effect is below minus the smallest effect.
    case lowered
    /// The effect lies within ± the smallest effect: it does not matter.
    case equivalent
    /// The interval allows for more than one of these.
    case undecided

    /// The smallest effect of "robust", in bits per dimension: 10 bits per image of 1,024 numbers.
    public static let smallestRobustEffect = 0.01
    /// The smallest effect of "obvious", in bits per dimension: 51 bits per image of 1,024 numbers.
    public static let smallestObviousEffect = 0.05

    /// Judges an effect.
    ///
    /// Raised and lowered want the whole 95 % interval beyond the smallest effect. Equivalent wants the whole 90 %
    /// interval within it, which is two one-sided tests at 5 % each (TOST). An interval that is not estimable decides
    /// nothing.
    ///
    /// - Parameters:
    ///   - interval: the effect's interval at 95 %.
    ///   - equivalence: the effect's interval at 90 %.
    ///   - smallestEffect: what matters, above 0, in the unit of the effect.
    public init(interval: Interval, equivalence: Interval, smallestEffect: Double) {
        precondition(smallestEffect > 0, "a smallest effect is above 0, not \(smallestEffect)")
        guard interval.isEstimable, equivalence.isEstimable else {
            self = .undecided
            return
        }
        self.init(interval, equivalence, smallestEffect)
    }

    private init(_ interval: Interval, _ equivalence: Interval, _ smallestEffect: Double) {
        if interval.low > smallestEffect {
            self = .raised
        } else if interval.high < -smallestEffect {
            self = .lowered
        } else if equivalence.low > -smallestEffect, equivalence.high < smallestEffect {
            self = .equivalent
        } else {
            self = .undecided
        }
    }

    /// Judges an effect that is the same for each of `count` images, whose interval is a point: by that point.
    ///
    /// A single image decides nothing.
    public init(constantEffect effect: Double, count: Int, smallestEffect: Double) {
        precondition(smallestEffect > 0, "a smallest effect is above 0, not \(smallestEffect)")
        let point = Interval(low: effect, high: effect)
        if count > 1 { self.init(point, point, smallestEffect) } else { self = .undecided }
    }
}
