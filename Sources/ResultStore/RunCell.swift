// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Vocabulary

/// A cell of a run, as the store knows it.
public struct RunCell: Hashable, Sendable {
    /// The cell's place in the run, counted from 0.
    public var ordinal: Int
    /// The cell's id.
    public var id: CellID
    /// What the run's sweep file calls the model.
    public var model: String
    /// What the run's sweep file calls the data set.
    public var dataset: String
    /// The part of the data set: `train` or `test`.
    public var split: String
    /// The transformation's name.
    public var transform: String
    /// The transformation's parameters in canonical text.
    public var parameters: String
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// Which likelihood is reported.
    public var conditioning: Conditioning
    /// How it is taken from the model.
    public var estimate = LikelihoodEstimate.standard
    /// Number of images.
    public var images: Int
    /// Number of images that are recorded.
    public var recordedImages: Int

    /// Whether every image is recorded.
    public var isComplete: Bool { recordedImages == images }

    /// The model's name with what is not standard of the estimate, as tables and captions show it.
    public var modelLabel: String { estimate.label(model) }
}

extension RunCell {
    /// What a query of `source` must select, in this order and first, to make cells from its rows.
    static let selection = """
        run_cell.ordinal, cell.id, naming.model, naming.dataset, naming.split, transform.name, transform.parameters,
        cell.seed, cell.conditioning, cell.images, cell.recorded
        """

    /// Number of values in `selection`.
    static let selected = 11

    static let source = """
        run_cell JOIN cell ON cell.key = run_cell.cell JOIN naming ON naming.key = run_cell.naming
        JOIN transform ON transform.key = cell.transform
        """

    init(_ row: Row) throws {
        let conditioning: String = try row.value(8)
        guard let likelihood = StoredLikelihood(conditioning) else {
            throw DamagedRow(detail: "a cell with the unknown conditioning '\(conditioning)'")
        }
        self.init(
            ordinal: try row.value(0),
            id: try row.cellID(1),
            model: try row.value(2),
            dataset: try row.value(3),
            split: try row.value(4),
            transform: try row.value(5),
            parameters: try row.value(6),
            seed: UInt64(bitPattern: try row.value(7)),
            conditioning: likelihood.conditioning,
            estimate: likelihood.estimate,
            images: try row.value(9),
            recordedImages: try row.value(10)
        )
    }
}
