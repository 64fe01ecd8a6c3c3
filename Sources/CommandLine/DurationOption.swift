// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// A duration as people write it: `90s`, `45m`, `2h`, `1:30:00`; help shows a default in whole seconds.
package struct DurationOption: ExpressibleByArgument, CustomStringConvertible {
    package let duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    package init?(argument: String) {
        guard let duration = DurationText.duration(argument) else { return nil }
        self.duration = duration
    }

    package var description: String { "\(Int(duration / .seconds(1)))s" }

    /// The duration that is written `text`, for an option whose error says how durations are written.
    ///
    /// - Throws: a `ValidationError` when it is none.
    package static func duration(_ text: String) throws -> Duration {
        guard let option = DurationOption(argument: text) else {
            throw ValidationError("'\(text)' is no duration; write it as 90s, 45m, 2h or 1:30:00")
        }
        return option.duration
    }
}
