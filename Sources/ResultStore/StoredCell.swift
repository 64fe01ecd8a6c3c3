// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Everything that is recorded of a cell, with all that decides it.
public struct StoredCell: Hashable, Sendable {
    /// What decides the cell's numbers, and its id.
    public var identity: CellIdentity
    /// What a sweep file calls its model; one of the names where there are several.
    public var model: String
    /// What that file calls its data set.
    public var dataset: String
    /// The part of the data set: `train` or `test`.
    public var split: String
    /// The images' indices in the data set, recorded or not.
    public var images: [UInt32]
    /// The recorded images in the order of the slice; their columns are those of exports, `bpd` first.
    ///
    /// A value of a part that lacks a column which another part has is a NaN with all bits set.
    public var table: ResultTable

    /// The cell's id.
    public var id: CellID { identity.id }
    /// Whether every image is recorded.
    public var isComplete: Bool { table.indices.count == images.count }
}

/// Workers of one instruction set, and what they recorded of some runs.
public struct StoredMachines: Hashable, Sendable {
    /// What they computed with: `avx2`.
    public var instructionSet: String
    /// Number of machines.
    public var hosts: Int
    /// Number of workers.
    public var workers: Int
    /// Time that their engines took, in seconds.
    public var seconds: Double
}
