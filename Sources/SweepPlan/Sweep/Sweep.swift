// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a sweep file describes: models, images and the grid of cells.
public struct Sweep: Sendable {
    /// The sweep's name.
    public let name: String
    /// Which images of every data set are scored.
    public let images: ImageSelection
    /// How the work is handed out.
    public let schedule: SweepSchedule
    /// The models that blocks name.
    public let models: [String: ModelReference]
    /// The facts of the models, as far as they were asked for.
    public let modelFacts: [String: ModelFacts]
    /// The data sets that blocks name.
    public let datasets: [String: DatasetSource]
    /// The splits of those that have one of their own.
    let ownSplits: [String: String]
    /// The cells.
    public let grid: Grid
    /// Cells of the blocks that `only` and `skip` left out.
    public let unselectedCells: Int
    /// Where the file's blocks begin.
    public let blocksPosition: Diagnostic.Position
}

extension Sweep {
    /// The split of the data set of that name: its own, or else that of the sweep's images.
    public func split(of dataset: String) -> String { ownSplits[dataset] ?? images.split }

    /// Reads a sweep file of version 1.
    ///
    /// - Parameters:
    ///   - text: The file's content, YAML, at most 1 MiB.
    ///   - file: The file's path: error messages begin with it, and paths in the file are relative to its folder.
    ///   - facts: How to learn what models and data sets are; each that a block names is asked for once.
    /// - Throws: `SweepFileError` with every problem of the file.
    public init(parsing text: String, file: String, facts: SweepFacts = SweepFacts()) throws(SweepFileError) {
        let document = try DocumentReader(parsing: text, file: file)
        self = try document.result(SweepReader(document, facts: facts).read())
    }
}
