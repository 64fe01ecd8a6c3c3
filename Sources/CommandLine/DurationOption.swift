// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// A duration as people and schedulers write it, in any form of `DurationText`; help shows a default in whole seconds.
package struct DurationOption: ExpressibleByArgument, CustomStringConvertible {
    package let duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    package init?(argument: String) {
        guard let duration = DurationText.duration(argument) else { return nil }
        self.duration = duration
    }

    /// The duration that is written `text`, for an option whose error says how durations are written.
    ///
    /// - Throws: a `ValidationError` when it is none.
    package init(text: String) throws {
        duration = try Self.duration(text)
    }

    package var description: String { "\(Int(duration / .seconds(1)))s" }

    /// The duration that is written `text`, for an option whose error says how durations are written.
    ///
    /// - Throws: a `ValidationError` when it is none.
    package static func duration(_ text: String) throws -> Duration {
        guard let option = DurationOption(argument: text) else {
            throw ValidationError("'\(text)' is no duration; write it as \(DurationText.examples)")
        }
        return option.duration
    }
}
