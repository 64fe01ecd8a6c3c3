// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// A decimal number of a command line, which means what it would mean in a sweep file.
package enum DecimalOption {
    /// The number that is written `text`.
    ///
    /// - Throws: a `ValidationError` when it is none, or when it would be computed with as another one.
    package static func number(_ text: String) throws -> Double {
        if let excess = DecimalText.realExcess(text) {
            throw ValidationError("\(Excerpt.short(text)) is \(excess.problem)")
        }
        guard let number = DecimalText.real(text) else {
            throw ValidationError("'\(Excerpt.short(text))' is no number")
        }
        return number
    }
}
