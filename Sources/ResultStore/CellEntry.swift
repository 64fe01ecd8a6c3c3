// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A cell of a run, as the coordinator enumerates it.
public struct CellEntry: Hashable, Sendable {
    /// The cell's id, which follows from `identity`.
    public var id: CellID
    /// Everything that decides the cell's numbers.
    public var identity: CellIdentity
    /// What the sweep file calls the model.
    public var model: String
    /// The images, and what the sweep file calls them; its digest is `identity.data`.
    public var slice: DatasetSlice

    /// A cell with the names its sweep file gives it.
    public init(id: CellID, identity: CellIdentity, model: String, slice: DatasetSlice) {
        self.id = id
        self.identity = identity
        self.model = model
        self.slice = slice
    }
}
