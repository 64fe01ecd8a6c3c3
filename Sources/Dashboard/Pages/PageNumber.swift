// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// Numbers as pages show them.
enum PageNumber {
    /// From here on decimals would say nothing.
    private static let large = 1e5

    /// A value with a fixed number of decimals, or with three digits and a power of ten where it is large.
    static func text(_ value: Double?, decimals: Int = 4, signed: Bool = false) -> String {
        guard let value, value.isFinite, abs(value) >= large else {
            return HumanText.fixed(value, decimals: decimals, signed: signed)
        }
        let digits = String(format: "%.2e", abs(value)).replacing("e+0", with: "e").replacing("e+", with: "e")
        return (value < 0 ? "−" : signed ? "+" : "") + digits
    }

    /// A share as a percentage with one decimal.
    static func percent(_ share: Double?) -> String {
        share.map { "\(HumanText.fixed(100 * $0, decimals: 1)) %" } ?? HumanText.absent
    }
}
