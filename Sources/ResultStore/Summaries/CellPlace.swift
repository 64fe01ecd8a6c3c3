// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What decides whether a cell's summary is up to date: how much there is of it, and of what it is compared with.
struct CellPlace {
    let key: Int64
    let slice: Int64
    let images: Int
    let recorded: Int
    /// The cell without a transformation, which may be the cell itself; nil where the store has none.
    let baseline: Baseline?

    struct Baseline {
        let key: Int64
        let recorded: Int
        let isComplete: Bool
    }

    var isBaseline: Bool { baseline?.key == key }
    /// Whether nothing will change the cell's summary any more, for all that is known.
    var isComplete: Bool { recorded == images }

    /// What a query of cells called `cell` must select, and join, to make places from its rows.
    static let selection = """
        cell.key, cell.slice, cell.images, cell.recorded, baseline.cell, other.recorded, other.images
        """
    /// Number of values in `selection`.
    static let selected = 7
    static let joins = """
        LEFT JOIN baseline ON baseline.model = cell.model AND baseline.slice = cell.slice
            AND baseline.conditioning = cell.conditioning AND baseline.numerics = cell.numerics
            AND baseline.seed = cell.seed
        LEFT JOIN cell AS other ON other.key = baseline.cell
        """

    /// Reads the values that begin at `column`.
    init(_ row: Row, from column: Int = 0) throws {
        key = try row.value(column)
        slice = try row.value(column + 1)
        images = try row.value(column + 2)
        recorded = try row.value(column + 3)
        guard let other: Int64 = row.optional(column + 4) else {
            baseline = nil
            return
        }
        let (recorded, images): (Int, Int) = (try row.value(column + 5), try row.value(column + 6))
        baseline = Baseline(key: other, recorded: recorded, isComplete: recorded == images)
    }
}
