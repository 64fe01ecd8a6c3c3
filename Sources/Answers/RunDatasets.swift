// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import ResultStore
public import SweepPlan
public import Vocabulary

/// The images behind a run's cells, found again by what the run's sweep file said of them.
///
/// An image is used only where its data set has the very digest that the cell was computed from.
public struct RunDatasets: Sendable {
    private let store: ResultStore
    private let library: DatasetLibrary
    /// The sweep that the run was begun with.
    public let sweep: Sweep

    /// The data sets of a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - store: Its store.
    ///   - library: Where data sets are looked for.
    /// - Throws: ``MissingSource`` where the sweep file cannot be read any more; `ResultStoreError`.
    public init(of run: RunRecord, in store: ResultStore, library: DatasetLibrary) throws {
        self.store = store
        self.library = library
        do {
            sweep = try Sweep(parsing: try store.sweepText(of: run.id), file: run.path)
        } catch let error as SweepFileError {
            throw MissingSource("the sweep file of run \(run.id), as the store has it, cannot be read: \(error)")
        }
    }

    /// The whole data set that `cell` is about; its images are at the cell's indices.
    ///
    /// - Throws: ``MissingSource`` where it is not to be had or has changed.
    public func dataset(of cell: RunCell) throws -> ImageDataset {
        guard let source = sweep.datasets[cell.dataset] else {
            throw MissingSource("the sweep file of the run does not name the data set '\(cell.dataset)'")
        }
        let found: ImageDataset
        do {
            found = try library.load(source, name: cell.dataset, split: cell.split)
        } catch {
            throw MissingSource("\(error)")
        }
        let slice = DatasetSlice(
            name: cell.dataset,
            split: cell.split,
            content: found.digest,
            indices: try store.images(of: cell.id)
        )
        guard slice.digest == (try store.identity(of: cell.id)).data else {
            throw MissingSource("data set '\(cell.dataset)' is not the one that was scored: its images have changed")
        }
        return found
    }

    /// Where the data set of `cell` comes from; nil where the sweep file does not say.
    public func source(of cell: RunCell) -> DatasetSource? { sweep.datasets[cell.dataset] }
}

/// Why what a cell was computed from is not to be had; one line that says what is needed.
public struct MissingSource: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line.
    public let description: String

    /// A reason in one line.
    public init(_ description: String) {
        self.description = description
    }
}
