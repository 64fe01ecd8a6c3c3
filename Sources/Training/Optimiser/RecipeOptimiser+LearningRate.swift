// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

extension RecipeOptimiser {
    /// The learning rate of a step.
    ///
    /// - Parameters:
    ///   - step: Steps made before, from 0.
    ///   - total: Steps of the whole training; nil where nobody knows, which a decay that needs to know never meets.
    /// - Returns: The learning rate, warm-up and decay applied.
    func learningRate(step: Int, of total: Int?) -> Double {
        let warmth = step + 1 < warmUp ? Double(step + 1) / Double(warmUp) : 1
        return learningRate * warmth * decayFactor(step: step, of: total.map { Double($0) } ?? .infinity)
    }

    private func decayFactor(step: Int, of total: Double) -> Double {
        switch decay {
        case .none: 1
        case .perStep(let factor): power(factor, step)
        case .milestones(let factor, let places): power(factor, places.count { Double(step) >= $0 * total })
        case .linear(let end, let after):
            1 - (1 - end) * min(1, max(0, Double(step) - after * total) / (total - after * total))
        }
    }
}
