// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What the images of one cost class have cost so far.
public struct CostSummary: Hashable, Sendable {
    /// The class.
    public var costClass: CostClass
    /// Shards measured.
    public var shards: Int
    /// Images measured.
    public var images: Int
    /// Seconds that workers spent on them.
    public var seconds: Double
    /// Median over shards of the seconds per image, to 10 %; nil before the first.
    public var median: Double?
    /// 95th percentile over shards of the seconds per image, to 10 %; nil before the first.
    public var percentile95: Double?
    /// Images that are neither recorded nor failed.
    public var remaining: Int
}
