// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a response reaches a level.
public enum EffectiveDose: Hashable, Sendable {
    /// Below the least dose that was tried: the response is above the level there already.
    case belowRange
    /// At this dose.
    case dose(Double)
    /// Above the greatest dose that was tried: the response does not reach the level.
    case aboveRange

    /// The dose; nil outside the range that was tried.
    public var dose: Double? { if case .dose(let dose) = self { dose } else { nil } }

    /// The logarithm of the dose, infinite outside the range: comparable.
    var position: Double {
        switch self {
        case .belowRange: -.infinity
        case .dose(let dose): log10(dose)
        case .aboveRange: .infinity
        }
    }

    init(position: Double) {
        self = position == .infinity ? .aboveRange : position == -.infinity ? .belowRange : .dose(pow(10, position))
    }
}

/// Mean responses to ascending doses, such as differences in bits per dimension to scales of noise.
public struct DoseResponse: Hashable, Sendable {
    /// The doses, ascending and above 0.
    public let doses: [Double]
    /// The mean response to each dose.
    public let means: [Double]
    /// The isotonic fit of the means.
    public let fitted: [Double]
    private let weights: [Double]

    /// The response to `doses`.
    ///
    /// - Parameters:
    ///   - doses: ascending, above 0.
    ///   - means: the mean response to each; finite.
    ///   - weights: how much each counts in the fit, such as numbers of images; equal by default.
    public init(doses: [Double], means: [Double], weights: [Double]? = nil) {
        precondition(doses.count == means.count, "a response to each dose")
        precondition(doses.allSatisfy { $0 > 0 }, "doses are above 0")
        precondition(zip(doses, doses.dropFirst()).allSatisfy { $0 < $1 }, "doses ascend")
        self.doses = doses
        self.means = means
        self.weights = weights ?? [Double](repeating: 1, count: doses.count)
        fitted = IsotonicFit(means, weights: self.weights).fitted
    }

    /// Σ(mean − fitted)² over the doses: how far the means are from never falling.
    public var departure: Double { zip(means, fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }

    /// The dose where the isotonic fit reaches `level`, linear in the logarithm of the dose between two doses.
    ///
    /// With a level of half a bit this is what tables call EC50: the dose that costs half a bit per dimension.
    public func effectiveDose(at level: Double) -> EffectiveDose {
        guard let above = fitted.firstIndex(where: { $0 >= level }) else { return .aboveRange }
        guard above > 0 else { return fitted[0] == level ? .dose(doses[0]) : .belowRange }
        let share = (level - fitted[above - 1]) / (fitted[above] - fitted[above - 1])
        return .dose(pow(10, log10(doses[above - 1]) * (1 - share) + log10(doses[above]) * share))
    }

    /// The number of doses before the response jumps: the cut into two parts of constant response that is likeliest.
    ///
    /// Least squares of the means about the weighted mean of their part, which is the likelihood of two levels with
    /// equal, normal errors. It always exists for two doses or more, whether or not there is a jump, so it is worth as
    /// much as its share among replicates. nil for fewer than two doses.
    public var changePoint: Int? {
        (1..<max(1, doses.count)).min { squares(cutBefore: $0) < squares(cutBefore: $1) }
    }

    private func squares(cutBefore cut: Int) -> Double { squares(0..<cut) + squares(cut..<doses.count) }

    private func squares(_ part: Range<Int>) -> Double {
        let weight = part.reduce(0) { $0 + weights[$1] }
        let mean = part.reduce(0) { $0 + weights[$1] * means[$1] } / weight
        return part.reduce(0) { $0 + weights[$1] * (means[$1] - mean) * (means[$1] - mean) }
    }
}
