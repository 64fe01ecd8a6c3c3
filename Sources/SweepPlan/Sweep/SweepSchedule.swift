// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a sweep's work is handed out; it decides who computes what and when, never a number.
public struct SweepSchedule: Hashable, Sendable {
    /// The longest that one attempt may be computed; no limit when nil.
    ///
    /// Without it a worker that shows life is never given up.
    public var timeLimit: Duration?
    /// Failed shards at which nothing more is handed out; no limit when nil.
    public var maximumFailures: Int?
    /// The fraction of shards that a second worker computes again, to be compared; none by default.
    public var auditFraction = 0.0

    /// No limits and no audit.
    public init() {}
}
