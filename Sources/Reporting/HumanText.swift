// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

/// Numbers as people read them in tables and progress lines; the same in every locale.
public enum HumanText {
    /// What stands for a value that does not exist.
    public static let absent = "–"

    /// A value with a fixed number of decimals, such as `−1.250`; `–` for nil.
    ///
    /// - Parameters:
    ///   - value: The value; `nan`, `inf` and `−inf` are spelled so, and from a million on it has three digits and a power
    ///     of ten, such as `1.90e23`.
    ///   - decimals: Number of digits after the point.
    ///   - signed: Whether a positive value carries a plus sign; no by default.
    /// - Returns: The text.
    public static func fixed(_ value: Double?, decimals: Int, signed: Bool = false) -> String {
        guard let value else { return absent }
        guard !value.isNaN else { return "nan" }
        if value.isFinite, abs(value) >= 1e6 { return scientific(value, signed: signed) }
        let digits = value.isInfinite ? "inf" : String(format: "%.\(decimals)f", abs(value))
        // What rounds to zero has no sign.
        guard digits.contains(where: { $0 != "0" && $0 != "." }) else { return digits }
        return (value < 0 ? "−" : signed ? "+" : "") + digits
    }

    /// A value that is not 0 with three digits and a power of ten, such as `−2.74e4`.
    package static func scientific(_ value: Double, signed: Bool = false) -> String {
        let digits = String(format: "%.2e", abs(value)).split(separator: "e")
        return (value < 0 ? "−" : signed ? "+" : "") + "\(digits[0])e\(Int(digits[1]) ?? 0)"
    }

    /// A number of things with its thousands set apart, such as `10,000`.
    public static func count(_ count: Int) -> String {
        grouped(count)
    }

    /// A number of bytes in decimal units, such as `512 B` or `7.8 MB`.
    public static func size(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return "\(bytes) B" }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        var (value, unit) = (Double(bytes) / 1000, 0)
        // What one decimal would round up to 1000.0 is 1.0 of the next unit.
        while value >= 999.95, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return "\(fixed(value, decimals: 1)) \(units[unit])"
    }

    /// Things per second with about three digits, such as `512`, `51.2` or `0.51`.
    public static func rate(_ rate: Double) -> String {
        guard rate.isFinite, rate >= 0, rate < 1e15 else { return absent }
        if rate >= 99.95 { return count(Int(rate.rounded())) }
        return fixed(rate, decimals: rate >= 9.995 ? 1 : 2)
    }

    /// A duration rounded up to seconds: `0:12`, `1:02:03`, `2 d 03:04` (days, hours and minutes).
    public static func duration(_ duration: Duration) -> String {
        let (whole, fraction) = duration.components
        let seconds = max(whole, 0) &+ (whole >= 0 && fraction > 0 ? 1 : 0)
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        if days > 0 { return "\(days) d \(twoDigits(hours % 24)):\(twoDigits(minutes % 60))" }
        if hours > 0 { return "\(hours):\(twoDigits(minutes % 60)):\(twoDigits(seconds % 60))" }
        return "\(minutes):\(twoDigits(seconds % 60))"
    }

    /// A time in one unit, such as `45 s`, `2 min` or `3 h`, rounded down.
    public static func span(seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e12)))
        if whole < 120 { return "\(whole) s" }
        if whole < 2 * 3600 { return "\(whole / 60) min" }
        return whole < 2 * 86400 ? "\(whole / 3600) h" : "\(whole / 86400) d"
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
