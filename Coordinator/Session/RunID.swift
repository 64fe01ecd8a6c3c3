// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Names of runs.
enum RunID {
    /// A short, readable id that sorts by time: the sweep's name, the second, and four random digits.
    static func make(sweep: String, at now: Date) -> String {
        let time = now.formatted(
            Date.VerbatimFormatStyle(
                format: """
                    \(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)-\
                    \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\
                    \(second: .twoDigits)
                    """,
                timeZone: .gmt,
                calendar: Calendar(identifier: .iso8601)
            )
        )
        let digits = String(UInt32.random(in: 0...0xffff), radix: 16)
        return "\(sweep.prefix(40))-\(time)-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
}
