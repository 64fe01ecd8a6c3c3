// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Rows of one cell that are exported one after the other: images of one part, or images that failed.
struct ExportBatch {
    /// Positions of the images in the cell's slice.
    let positions: [Int]
    let slice: Slice
    /// What was recorded of the images; nil of those that failed, of which nothing else is known.
    private let part: StoredPart?
    /// For each exported column, which one of the part it is.
    private let places: [Int?]
    /// Which exported column says whether images failed.
    private let failedColumn: Int?

    init(_ positions: [Int], of slice: Slice, in part: StoredPart?, places: [Int?], failedColumn: Int?) {
        self.positions = positions
        self.slice = slice
        self.part = part
        self.places = places
        self.failedColumn = failedColumn
    }

    /// The value of an exported column for the image at `position`, nil where it is absent.
    @inline(__always)
    func value(ofColumn column: Int, at position: Int) -> Float? {
        if column == failedColumn { return part == nil ? 1 : 0 }
        guard let part, let place = places[column] else { return nil }
        return part.value(row: position - part.positions.lowerBound, column: place)
    }
}

/// Takes what is exported, cell after cell, and makes bytes of it.
protocol ExportTarget {
    /// Makes `cell` the cell of the batches that follow, with a value for each column of parameters.
    mutating func begin(_ cell: RunCell, parameters values: [String?]) throws

    /// Takes rows; `counts` gives those of the image at a position, one for each column of counts.
    mutating func append(_ batch: ExportBatch, counts: (_ position: Int) -> [Int]) throws

    /// Writes what was not written before.
    mutating func finish() throws
}
