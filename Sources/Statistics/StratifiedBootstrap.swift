// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The bootstrap of a slice: images drawn with replacement within each class, the same ones for every column.
///
/// Made once for a slice and used for all of its cells, so that what two cells share cancels in their difference. A
/// replicate's draws depend on (seed, replicate, class) alone. With more than 16,384 images the resampled units are
/// random groups of images of a class instead, as even in size as can be: the mean's interval then differs from that of
/// single images by about 1/√(2·units), half a per cent of its width, less than what 1,999 replicates leave open.
public struct StratifiedBootstrap: Sendable {
    /// Replicates of a table's intervals.
    public static let tableReplicates = 1_999
    /// Replicates of a headline's intervals.
    public static let headlineReplicates = 9_999

    /// What the draws are keyed by.
    public let seed: UInt64
    /// Number of images.
    public let count: Int
    let multiplicities: Multiplicities

    /// Draws the images of a slice.
    ///
    /// - Parameters:
    ///   - labels: the class of each image, or whatever is to be resampled within; equal for an unstratified bootstrap.
    ///   - seed: the key of the draws.
    ///   - replicates: how often they are drawn; 1,999 by default.
    ///
    /// - Complexity: min(n, 16,384) · replicates, in time and bytes.
    public init(labels: [Int], seed: UInt64, replicates: Int = StratifiedBootstrap.tableReplicates) {
        precondition(replicates > 0, "a bootstrap has replicates")
        self.seed = seed
        count = labels.count
        let units = ResamplingUnits(labels: labels, seed: seed)
        multiplicities = Multiplicities(units: units, seed: seed, replicates: replicates)
    }

    /// Number of replicates.
    public var replicates: Int { multiplicities.replicates }

    /// The classes, ascending.
    public var labels: [Int] { multiplicities.units.strata.map(\.label) }

    /// The mean of a column over all images and over each class, with replicates.
    ///
    /// Values that are not finite are left out, in the replicates too.
    ///
    /// - Parameter values: one value per image.
    /// - Returns: the means, each with its replicates.
    public func means(of values: [Double]) -> ResampledMeans {
        precondition(values.count == count, "\(values.count) values for \(count) images")
        return ResampledMeans(UnitColumn(values, multiplicities.units), multiplicities)
    }

    /// The BCa interval of a column's mean over all images; nil without finite values.
    public func meanInterval(of values: [Double], level: Double = 0.95) -> Interval? {
        means(of: values).overall?.interval(level: level)
    }

    /// The ratio of the means of two columns, from the images where both are finite; nil where the divisor is 0.
    public func ratio(of dividend: [Double], to divisor: [Double]) -> ResampledStatistic? {
        let both = zip(dividend, divisor).map { $0.isFinite && $1.isFinite }
        func column(_ values: [Double]) -> ResampledStatistic? {
            means(of: zip(values, both).map { $1 ? $0 : .nan }).overall
        }
        guard let above = column(dividend), let below = column(divisor), below.estimate != 0 else { return nil }
        let ratio = above.estimate / below.estimate
        // The influence of an image on the ratio is that on the mean of this column, over the divisor.
        let influence = column(zip(dividend, divisor).map { $0 - ratio * $1 })
        return ResampledStatistic(
            estimate: ratio,
            replicates: zip(above.replicates, below.replicates).map { $0 / $1 },
            acceleration: (influence?.acceleration ?? 0) * (below.estimate < 0 ? -1 : 1),
            isDegenerate: influence?.isDegenerate
        )
    }
}
