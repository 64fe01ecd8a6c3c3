// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// What a claim says of an effect.
enum Assertion: Hashable, Sendable {
    /// It is above the bound.
    case above(Double)
    /// It is below the bound.
    case below(Double)
    /// It lies within ± the bound.
    case within(Double)

    /// log₁₀ p against the opposite: a small one says that the effect is as asserted.
    ///
    /// One-sided, by the normal distribution with the effect's standard error; within a band, the larger of two (TOST).
    func support(_ effect: MeasuredEffect) -> Double {
        switch self {
        case .above(let bound): Self.tail(effect.estimate - bound, effect.standardError)
        case .below(let bound): Self.tail(bound - effect.estimate, effect.standardError)
        case .within(let bound):
            max(
                Self.tail(bound - effect.estimate, effect.standardError),
                Self.tail(bound + effect.estimate, effect.standardError)
            )
        }
    }

    /// log₁₀ p against the assertion: a small one says that the effect is not as asserted.
    func objection(_ effect: MeasuredEffect) -> Double {
        switch self {
        case .above(let bound): Self.tail(bound - effect.estimate, effect.standardError)
        case .below(let bound): Self.tail(effect.estimate - bound, effect.standardError)
        case .within(let bound): Self.tail(abs(effect.estimate) - bound, effect.standardError)
        }
    }

    /// The words of a criterion: `> 0.05`.
    var words: String {
        switch self {
        case .above(let bound): "> \(AnswerTable.significant(bound))"
        case .below(let bound): "< \(AnswerTable.significant(bound))"
        case .within(let bound): "within ±\(AnswerTable.significant(bound))"
        }
    }

    /// log₁₀ of the chance that an effect on the wrong side of a bound lies so far on the right one.
    private static func tail(_ distance: Double, _ standardError: Double) -> Double {
        // An effect that is the same for all images decides by itself.
        guard standardError > 0 else { return distance > 0 ? -.infinity : 0 }
        return NormalDistribution.logUpperTail(distance / standardError) / log(10)
    }
}

/// An effect with its uncertainty over images.
struct MeasuredEffect: Hashable, Sendable {
    var estimate: Double
    var standardError: Double
    var interval: Interval

    init(_ statistic: ResampledStatistic, level: Double) {
        estimate = statistic.estimate
        standardError = statistic.standardError
        interval = statistic.interval(level: level)
    }

    init(estimate: Double, standardError: Double, interval: Interval) {
        (self.estimate, self.standardError, self.interval) = (estimate, standardError, interval)
    }
}
