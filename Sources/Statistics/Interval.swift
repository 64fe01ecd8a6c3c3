// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// An interval for an unknown figure, such as the mean over all images of which these are a sample.
///
/// Its limits are never NaN. Where the data say nothing about their own spread (a single value, equal values, an area
/// of exactly 0 or 1) it is a point at the estimate and ``isEstimable`` is false.
public struct Interval: Hashable, Sendable {
    /// The lower limit, in the unit of the figure.
    public var low: Double
    /// The upper limit, in the unit of the figure.
    public var high: Double
    /// The nominal confidence, such as 0.95.
    public var level: Double
    /// Whether the limits mean anything: false for a point that stands for an interval that cannot be had.
    public var isEstimable: Bool

    /// The interval from `low` to `high`.
    public init(low: Double, high: Double, level: Double = 0.95, isEstimable: Bool = true) {
        self.low = low
        self.high = high
        self.level = level
        self.isEstimable = isEstimable
    }

    /// The flagged point that stands for an interval that cannot be had.
    public static func notEstimable(at point: Double, level: Double) -> Interval {
        Interval(low: point, high: point, level: level, isEstimable: false)
    }

    /// Whether `value` is between the limits or is one of them.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
