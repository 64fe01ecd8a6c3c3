// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What changed from one measurement of some items to another measurement of the same items.
///
/// dᵢ = bᵢ − aᵢ in `Double`; for likelihoods, a is an image's bits per dimension and b those of its transformed twin.
public struct PairedDifferences: Hashable, Sendable {
    /// The dᵢ in the order of the items; not finite where one of the pair is not.
    public let values: [Double]
    /// The summary of the dᵢ.
    public let summary: Summary
    /// Number of finite dᵢ above 0.
    public let raised: Int

    /// Compares the values bᵢ with the values aᵢ.
    ///
    /// - Parameters:
    ///   - after: the bᵢ.
    ///   - before: the aᵢ, as many and in the same order of items.
    public init<Value: BinaryFloatingPoint>(after: [Value], before: [Value]) {
        precondition(after.count == before.count, "\(after.count) values cannot be paired with \(before.count)")
        values = zip(after, before).map { Double($0) - Double($1) }
        summary = Summary(values)
        raised = values.count { $0.isFinite && $0 > 0 }
    }

    /// Mean of the finite dᵢ; nil when there are none.
    public var mean: Double? { summary.mean }
    /// Median of the finite dᵢ; nil when there are none.
    public var median: Double? { summary.median }
    /// Share of the finite dᵢ that are above 0; nil when there are none.
    public var fractionRaised: Double? { summary.count > 0 ? Double(raised) / Double(summary.count) : nil }
}
