// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How one column, `bpd` as a rule, is distributed over a cell's images of one class, or over all of them.
///
/// What a snapshot carries, and what tables and JSON show.
public struct CellStatistics: Hashable, Sendable {
    /// The cell's id.
    public var cell: CellID
    /// What the cell is, by the names that people give.
    public var spec: CellSpec
    /// The images' class; nil for all classes together.
    public var label: Int?
    /// The distribution over the images that are recorded so far.
    public var summary: Summary
    /// Mean over the images of the difference from the same image under `identity`; nil when there is no such cell.
    public var meanDifference: Double?
    /// Images of the cell, whatever their class, that have no result because their shards were given up.
    public var failed: Int

    /// The statistics of a class of a cell; of all classes together, and compared with nothing, none failed, by default.
    public init(
        cell: CellID,
        spec: CellSpec,
        label: Int? = nil,
        summary: Summary,
        meanDifference: Double? = nil,
        failed: Int = 0
    ) {
        self.cell = cell
        self.spec = spec
        self.label = label
        self.summary = summary
        self.meanDifference = meanDifference
        self.failed = failed
    }
}
