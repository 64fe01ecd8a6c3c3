// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What became of a store that was to be merged into another one.
public enum MergeOutcome: Hashable, Sendable {
    /// Everything that it holds is in the other one now.
    case merged(MergeTally)
    /// Nothing was taken from it, because both cannot be right; so many conflicts in all, and the first of them.
    case refused(conflicts: Int, first: [MergeConflict])
}

/// How much of a store was new to the one that it was merged into.
public struct MergeTally: Hashable, Sendable {
    /// Number of runs.
    public var runs = 0
    /// Number of those that were new.
    public var newRuns = 0
    /// Number of cells with results.
    public var cells = 0
    /// Number of images that were recorded by the merge.
    public var images = 0
    /// Number of images that both stores had, with equal bits.
    public var duplicates = 0
    /// Number of failed attempts that were new.
    public var failures = 0
    /// Runs that a coordinator was still working on: what it had recorded was taken.
    public var unfinished: [String] = []

    /// Nothing.
    public init() {}
}

/// Two stores that contradict each other.
public enum MergeConflict: Hashable, Sendable {
    /// A cell as sweep files call it.
    public struct Cell: Hashable, Sendable {
        /// The cell's id.
        public var id: CellID
        /// Model, data set, split, transformation with its parameters, seed: `glow · mnist · test · noise scale=0.1 · seed 0`.
        public var name: String
    }

    /// Images of a cell have other bits.
    case values(Cell, PartMismatch)
    /// Images of a cell have other columns.
    case columns(Cell, recorded: [String], received: [String])
    /// Another sweep's run has the same id.
    case run(String)
}
