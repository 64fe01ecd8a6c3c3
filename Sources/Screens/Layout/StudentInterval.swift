// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Statistics
import Synchronization

extension CellSummary.Difference {
    /// Half of the 95 % interval of the mean difference, by Student's t; nil for fewer than two differences.
    package var halfWidth: Double? {
        standardError.map { StudentQuantiles.value(degrees: count - 1) * $0 }
    }
}

/// 0.975-quantiles of Student's t that were needed once: screens need the same few again and again.
private enum StudentQuantiles {
    private static let known = Mutex<[Int: Double]>([:])

    static func value(degrees: Int) -> Double {
        known.withLock { known in
            if let value = known[degrees] { return value }
            let value = StudentDistribution(degreesOfFreedom: Double(degrees)).quantile(0.975)
            // Any number of cells may have numbers of images of their own.
            if known.count >= 4096 { known = [:] }
            known[degrees] = value
            return value
        }
    }
}
