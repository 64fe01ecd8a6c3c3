// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A number of threads as people write it: `auto`, or a whole number.
package enum ThreadCount: ExpressibleByArgument, CustomStringConvertible {
    /// As many as there are processors for.
    case auto
    /// So many.
    case number(Int)

    package init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let number = Int(argument) {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// The number; nil for `auto`.
    package var number: Int? { if case .number(let number) = self { number } else { nil } }

    package var description: String { number.map { "\($0)" } ?? "auto" }
}
