// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Corrections for asking several questions at once, on logarithms of p-values, which do not underflow.
public enum Multiplicity {
    /// Holm's adjusted p-values: the chance of any false claim in the family stays below the level.
    ///
    /// S. Holm, Scandinavian Journal of Statistics 6 (1979). For the claims of one family.
    ///
    /// - Parameter log10P: log₁₀ of the p-values, at most 0.
    /// - Returns: log₁₀ of the adjusted p-values in the same order, at most 0.
    public static func holm(_ log10P: [Double]) -> [Double] {
        var (adjusted, bound) = (log10P, -Double.infinity)
        for (rank, index) in log10P.indices.sorted(by: { log10P[$0] < log10P[$1] }).enumerated() {
            bound = max(bound, min(0, log10P[index] + log10(Double(log10P.count - rank))))
            adjusted[index] = bound
        }
        return adjusted
    }

    /// Benjamini and Hochberg's adjusted p-values: of what is called an effect, a share below the level is none.
    ///
    /// Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995). For exploratory grids.
    ///
    /// - Parameter log10P: log₁₀ of the p-values, at most 0.
    /// - Returns: log₁₀ of the adjusted p-values in the same order, at most 0.
    public static func benjaminiHochberg(_ log10P: [Double]) -> [Double] {
        var (adjusted, bound) = (log10P, 0.0)
        for (rank, index) in log10P.indices.sorted(by: { log10P[$0] > log10P[$1] }).enumerated() {
            bound = min(bound, log10P[index] + log10(Double(log10P.count) / Double(log10P.count - rank)))
            adjusted[index] = bound
        }
        return adjusted
    }
}
