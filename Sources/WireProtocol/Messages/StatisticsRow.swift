// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How the `bpd` of one cell's images is distributed, for one class or for all together.
///
/// Statistics of no image at all are NaN.
public struct StatisticsRow: Hashable, Sendable {
    /// The cell's id.
    public var cell: CellID
    /// What the cell is.
    public var spec: CellSpec
    /// The images' class; all classes together when nil.
    public var label: Int?
    /// Images scored so far.
    public var count: Int
    /// Images among them whose `bpd` is NaN or infinite; the statistics are those of the others.
    public var nonFinite: Int
    /// The mean, in bits per dimension.
    public var mean: Double
    /// The standard deviation, in bits per dimension.
    public var standardDeviation: Double
    /// The least value.
    public var minimum: Double
    /// The value that a quarter of the images lie below.
    public var lowerQuartile: Double
    /// The value that half of the images lie below.
    public var median: Double
    /// The value that three quarters of the images lie below.
    public var upperQuartile: Double
    /// The greatest value.
    public var maximum: Double
    /// The mean over images of the difference to the same image unchanged, where its cell is in the run.
    public var meanDifference: Double?

    /// The statistics of a cell and class.
    public init(
        cell: CellID,
        spec: CellSpec,
        label: Int?,
        count: Int,
        nonFinite: Int,
        mean: Double,
        standardDeviation: Double,
        minimum: Double,
        lowerQuartile: Double,
        median: Double,
        upperQuartile: Double,
        maximum: Double,
        meanDifference: Double?
    ) {
        self.cell = cell
        self.spec = spec
        self.label = label
        self.count = count
        self.nonFinite = nonFinite
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.minimum = minimum
        self.lowerQuartile = lowerQuartile
        self.median = median
        self.upperQuartile = upperQuartile
        self.maximum = maximum
        self.meanDifference = meanDifference
    }
}
