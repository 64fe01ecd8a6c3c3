// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Durations as people write them.
public enum DurationText {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]

    /// Reads `90s`, `1.5h`, `2d`, `45` (seconds), `MM:SS` or `HH:MM:SS`; nil for anything else and for zero.
    public static func duration(_ text: String) -> Duration? {
        guard let seconds = text.contains(":") ? clockSeconds(text) : unitSeconds(text) else { return nil }
        // A million days are enough, and every such duration fits into nanoseconds.
        return seconds > 0 && seconds <= 8.64e9 ? .seconds(seconds) : nil
    }

    private static func unitSeconds(_ text: String) -> Double? {
        let unit = text.last.flatMap { units[$0] }
        let number = unit == nil ? text[...] : text.dropLast()
        return DecimalText.real(String(number)).map { $0 * (unit ?? 1) }
    }

    private static func clockSeconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { DecimalText.integer(String($0)) }
        guard (2...3).contains(parts.count) else { return nil }
        var seconds = 0.0
        for (place, part) in parts.enumerated() {
            guard let part, part >= 0, place == 0 || part < 60 else { return nil }
            seconds = seconds * 60 + Double(part)
        }
        return seconds
    }
}
