// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Vocabulary

/// A duration as people write it: `90s`, `45m`, `2h`, `1:30:00`.
struct DurationOption: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        guard let duration = DurationText.duration(argument) else { return nil }
        self.duration = duration
    }

    var description: String { "\(Int(duration / .seconds(1)))s" }
}
