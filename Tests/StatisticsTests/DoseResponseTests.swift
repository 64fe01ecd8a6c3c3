// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct DoseResponseTests {
    @Test(
        "the isotonic fit pools what falls",
        arguments: [
            ([3, 7, 5, 9, 8, 7, 10], [3, 6, 6, 8, 8, 8, 10]), ([10, 0, 2], [4, 4, 4]),
            ([8, 4, 8, 2, 2, 0, 8], [4, 4, 4, 4, 4, 4, 8]), ([], []), ([1, 2, 2, 3], [1, 2, 2, 3]),
        ] as [([Double], [Double])]
    )
    func isotonic(values: [Double], expected: [Double]) {
        #expect(IsotonicFit(values).fitted == expected)
    }

    @Test("weights count in the pooled means, as in scikit-learn")
    func weights() {
        let fit = IsotonicFit([3, 2, 1, 10, 9, 8, 20, 10], weights: [1, 2, 5, 0.5, 0.5, 0.5, 1, 3])
        let expected = [1.5, 1.5, 1.5, 9, 9, 9, 12.5, 12.5]
        #expect(zip(fit.fitted, expected).allSatisfy { agree($0, $1) })
        // sklearn: f = IsotonicRegression().fit_transform(range(40), x, sample_weight=w); f.sum(), f[20], ((x-f)**2).sum()
        let values = wavyColumn(40)
        let long = IsotonicFit(values, weights: (0..<40).map { Double($0 % 5 + 1) })
        #expect(agree(long.fitted.reduce(0, +), 46.57299242424243) && agree(long.fitted[20], 1.7322727272727272))
        #expect(agree(long.departure(of: values), 58.42225557989937))
    }

    private static let decades = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]

    @Test("the effective dose lies between two doses on a logarithmic scale")
    func effectiveDose() {
        let response = DoseResponse(doses: Self.decades, means: [0, 0.02, 0.3, 0.9, 2.1])
        #expect(agree(response.effectiveDose(at: 0.5).dose, 0.0021544346900318843))
        #expect(agree(response.effectiveDose(at: 0.9).dose, 0.01))
        #expect(response.effectiveDose(at: 3) == .aboveRange && response.effectiveDose(at: -1) == .belowRange)
        #expect(response.departure == 0)
    }

    @Test("a fall is pooled before the dose is read off")
    func fall() {
        let response = DoseResponse(doses: [1, 10, 100], means: [0, 0.6, 0.2])
        #expect(zip(response.fitted, [0, 0.4, 0.4]).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(response.effectiveDose(at: 0.5) == .aboveRange)
        #expect(agree(response.departure, 0.08))
    }

    @Test("the change point is where two constant parts fit best")
    func changePoint() {
        #expect(DoseResponse(doses: Self.decades, means: [0, 0.1, 0.05, 1.9, 2]).changePoint == 3)
        #expect(DoseResponse(doses: [1], means: [2]).changePoint == nil)
    }

    private static let images = (0..<300).map(Double.init)
    private static let columns: [[Double]] = [
        images.map { 0.02 + 0.1 * sin($0 * 1.1) },
        images.map { 0.3 + 0.4 * sin($0 * 0.7) + 0.2 * sin($0 * 1.1) },
        images.map { 0.9 + 0.5 * cos($0 * 2.3) },
        images.map { 2.0 + 0.6 * sin($0 * 0.31) },
    ]
    private static let doses = [1e-4, 1e-3, 1e-2, 1e-1]
    private static let bootstrap = StratifiedBootstrap(labels: images.map { _ in 0 }, seed: 4, replicates: 4_000)

    @Test("the effective dose's interval comes from fits of resampled images")
    func resampled() throws {
        let resampled = try #require(
            ResampledDoseResponse(doses: Self.doses, columns: Self.columns, bootstrap: Self.bootstrap)
        )
        // numpy and sklearn: 20,000 resamples of images.
        #expect(agree(resampled.effectiveDose.dose, 0.0021305268121739234))
        #expect(agree(resampled.effectiveDoseLow.dose, 0.00191189, to: 0.02))
        #expect(agree(resampled.effectiveDoseHigh.dose, 0.00236414, to: 0.02))
        #expect(resampled.withinRange == 1 && resampled.monotonicityLog10P == 0)
        #expect(resampled.changePoint == 3 && resampled.changePointShare > 0.99)
        #expect(resampled.intervals[3].contains(2))
    }

    @Test("outside the range of doses there is no dose, and the interval says so")
    func outside() throws {
        let resampled = try #require(
            ResampledDoseResponse(doses: Self.doses, columns: Self.columns, bootstrap: Self.bootstrap, level: 2.0)
        )
        #expect(resampled.effectiveDoseHigh == .aboveRange && resampled.effectiveDoseLow.dose != nil)
        #expect(resampled.withinRange > 0.2 && resampled.withinRange < 0.8)
        #expect(ResampledDoseResponse(doses: [1], columns: [[.nan, .nan]], bootstrap: two) == nil)
    }

    private let two = StratifiedBootstrap(labels: [0, 0], seed: 1, replicates: 9)

    @Test("a response that falls is found out")
    func monotonicity() throws {
        let columns = [
            Self.columns[0], Self.columns[2].map { $0 - 0.57 }, Self.columns[1].map { $0 - 0.02 }, Self.columns[3],
        ]
        let slight = try #require(
            ResampledDoseResponse(doses: Self.doses, columns: columns, bootstrap: Self.bootstrap)
        )
        // numpy and sklearn, 20,000 resamples whose errors are put about the fit.
        #expect(agree(pow(10, slight.monotonicityLog10P), 0.0465, to: 0.2))
        let steep = try #require(
            ResampledDoseResponse(doses: Self.doses, columns: Self.columns.reversed(), bootstrap: Self.bootstrap)
        )
        #expect(agree(pow(10, steep.monotonicityLog10P), 1.0 / 4_001))
    }
}
