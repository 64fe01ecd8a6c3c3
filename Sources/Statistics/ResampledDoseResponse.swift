// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A dose-response with what became of it when images were drawn again, the same ones at every dose.
public struct ResampledDoseResponse: Sendable {
    /// The response of the data.
    public let response: DoseResponse
    /// The interval of the mean response to each dose.
    public let intervals: [Interval]
    /// The response that ``effectiveDose`` reaches.
    public let level: Double
    /// Where the response of the data reaches the level.
    public let effectiveDose: EffectiveDose
    /// The lower limit of the effective dose at 95 %.
    public let effectiveDoseLow: EffectiveDose
    /// The upper limit of the effective dose at 95 %.
    public let effectiveDoseHigh: EffectiveDose
    /// The share of replicates whose effective dose lies within the range of doses.
    public let withinRange: Double
    /// log₁₀ of the p-value of "the response never falls": small where it does fall.
    public let monotonicityLog10P: Double
    /// The number of doses before the likeliest jump; nil for fewer than two doses.
    public let changePoint: Int?
    /// The share of replicates with the same change point.
    public let changePointShare: Double

    /// The response of the images of a slice; nil without doses, or where a dose has no finite value.
    ///
    /// - Parameters:
    ///   - doses: ascending, above 0.
    ///   - columns: for each dose, the response of each image, such as its difference in bits per dimension.
    ///   - bootstrap: of the slice.
    ///   - level: the response to be reached; half a bit per dimension by default.
    public init?(doses: [Double], columns: [[Double]], bootstrap: StratifiedBootstrap, level: Double = 0.5) {
        precondition(doses.count == columns.count, "a column for each dose")
        let means = columns.compactMap { bootstrap.means(of: $0).overall }
        guard !doses.isEmpty, means.count == doses.count else { return nil }
        let weights = columns.map { Double($0.count { $0.isFinite }) }
        let response = DoseResponse(doses: doses, means: means.map(\.estimate), weights: weights)
        let replicates = (0..<bootstrap.replicates).map { replicate in
            DoseResponse(doses: doses, means: means.map { $0.replicates[replicate] }, weights: weights)
        }
        self.response = response
        self.level = level
        intervals = means.map { $0.interval() }
        effectiveDose = response.effectiveDose(at: level)
        let positions = replicates.map { $0.effectiveDose(at: level).position }.sorted()
        effectiveDoseLow = EffectiveDose(position: Self.quantile(positions, 0.025))
        effectiveDoseHigh = EffectiveDose(position: Self.quantile(positions, 0.975))
        withinRange = Double(positions.count { $0.isFinite }) / Double(positions.count)
        monotonicityLog10P = log10(Self.monotonicity(response, replicates, weights))
        let change = response.changePoint
        changePoint = change
        changePointShare = Double(replicates.count { $0.changePoint == change }) / Double(replicates.count)
    }

    /// How often responses that never fall, with the errors of these, depart from their fit as much as the data do.
    private static func monotonicity(
        _ response: DoseResponse,
        _ replicates: [DoseResponse],
        _ weights: [Double]
    ) -> Double {
        let departure = response.departure
        let extreme = replicates.count { replicate in
            // The replicate's errors about the fit in place of the means: the hypothesis holds there.
            let centred = response.means.indices.map { replicate.means[$0] - response.means[$0] + response.fitted[$0] }
            return IsotonicFit(centred, weights: weights).departure(of: centred) >= departure
        }
        return Double(extreme + 1) / Double(replicates.count + 1)
    }

    /// The type 7 quantile; the nearer neighbour where one of both is infinite.
    private static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
        let position = Double(sorted.count - 1) * probability
        let index = min(Int(position), sorted.count - 1)
        let (below, above) = (sorted[index], sorted[min(index + 1, sorted.count - 1)])
        let fraction = position - Double(index)
        guard below.isFinite, above.isFinite else { return fraction < 0.5 ? below : above }
        return below * (1 - fraction) + above * fraction
    }
}
