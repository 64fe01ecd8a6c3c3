// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Durations as people and schedulers write them.
public enum DurationText {
    /// One example of each form, for messages.
    public static let examples =
        "90 or 90s (seconds), 45m, 1h30m, 2d, 1:30:00 or 1-00:00:00 (days-hours:minutes:seconds)"

    private static let units: KeyValuePairs<Character, Double> = ["d": 86400, "h": 3600, "m": 60, "s": 1]

    /// Reads a duration; nil for anything else and for zero.
    ///
    /// Its forms are `45` (seconds), numbers with units from the largest to the smallest (`90s`, `1.5h`, `1h30m`,
    /// `2d12h`), a clock (`MM:SS`, `HH:MM:SS`), and days with a clock as Slurm writes them (`D-HH`, `D-HH:MM`,
    /// `D-HH:MM:SS`).
    public static func duration(_ text: String) -> Duration? {
        let seconds: Double? =
            if let dash = text.dropFirst().firstIndex(of: "-") {
                daySeconds(text[..<dash], text[text.index(after: dash)...])
            } else if text.contains(":") {
                clockSeconds(text)
            } else {
                DecimalText.real(text) ?? unitSeconds(text)
            }
        guard let seconds else { return nil }
        // A million days are enough, and every such duration fits into nanoseconds.
        return seconds > 0 && seconds <= 8.64e9 ? .seconds(seconds) : nil
    }

    /// Numbers, each with its unit behind it, no unit twice and none after a smaller one.
    private static func unitSeconds(_ text: String) -> Double? {
        var (rest, seconds, smallest) = (text[...], 0.0, Double.infinity)
        repeat {
            guard let end = rest.firstIndex(where: { letter in units.contains { $0.key == letter } }),
                let unit = units.first(where: { $0.key == rest[end] })?.value, unit < smallest,
                let number = DecimalText.real(String(rest[..<end])), number >= 0
            else { return nil }
            seconds += number * unit
            smallest = unit
            rest = rest[rest.index(after: end)...]
        } while !rest.isEmpty
        return seconds
    }

    private static func clockSeconds(_ text: String) -> Double? {
        guard let parts = clockParts(text), (2...3).contains(parts.count) else { return nil }
        return parts.reduce(0) { $0 * 60 + $1 }
    }

    /// Days, and a clock that begins with hours below 24.
    private static func daySeconds(_ days: Substring, _ clock: Substring) -> Double? {
        guard let days = DecimalText.integer(String(days)), days >= 0, let parts = clockParts(String(clock)),
            parts.count <= 3, parts[0] < 24
        else { return nil }
        let seconds = (parts + [0, 0]).prefix(3).reduce(0) { $0 * 60 + $1 }
        return Double(days) * 86400 + seconds
    }

    /// Whole numbers between colons, all but the first below 60.
    private static func clockParts(_ text: String) -> [Double]? {
        var parts: [Double] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard let number = DecimalText.integer(String(part)), number >= 0, parts.isEmpty || number < 60 else {
                return nil
            }
            parts.append(Double(number))
        }
        return parts
    }
}
