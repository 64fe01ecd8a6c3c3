// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// What is measured of an image: what effects are differences of.
public enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Bits per dimension; more of them means less likely.
    case bitsPerDimension = "bpd"
    /// Whether a classifier names the image's class: 1 or 0, so that a mean is an accuracy.
    case accuracy

    /// The column of result tables that holds it.
    public var column: String {
        switch self {
        case .bitsPerDimension: "bpd"
        case .accuracy: "correct"
        }
    }

    /// What a cell with these columns measures.
    init(of columns: CellColumns) {
        self = columns["correct"] == nil ? .bitsPerDimension : .accuracy
    }
}

/// Columns of two cells over the images that both have.
struct PairedColumns {
    /// The images' indices, ascending.
    let indices: [UInt32]
    /// Their classes.
    let labels: [Int]
    /// Images that one of the two has and the other has not.
    let unpaired: Int
    /// The transformed images' columns.
    let after: CellColumns
    /// The untransformed images' columns.
    let before: CellColumns

    init(after: CellColumns, before: CellColumns) {
        if after.indices == before.indices {
            (self.after, self.before, unpaired) = (after, before, 0)
        } else {
            let common = Set(after.indices).intersection(before.indices)
            self.after = after.kept { common.contains($0) }
            self.before = before.kept { common.contains($0) }
            unpaired = after.indices.count + before.indices.count - 2 * common.count
        }
        indices = self.after.indices
        labels = self.after.labels.map { Int($0) }
    }

    /// The differences, transformed minus untransformed, of a column that both have; nil where one has not.
    func differences(of column: String) -> [Double]? {
        guard let after = after[column], let before = before[column] else { return nil }
        return zip(after, before).map { Double($0) - Double($1) }
    }

    /// The values of a column that both have; nil where one has not.
    func values(of column: String) -> (after: [Float], before: [Float])? {
        guard let after = after[column], let before = before[column] else { return nil }
        return (after, before)
    }

    /// What both measure; nil where they are of different kinds.
    var measure: Measure? {
        let measure = Measure(of: after)
        return measure == Measure(of: before) ? measure : nil
    }
}

extension CellColumns {
    /// The rows of the images that pass.
    func kept(_ isKept: (UInt32) -> Bool) -> CellColumns {
        let rows = indices.indices.filter { isKept(indices[$0]) }
        return CellColumns(
            indices: rows.map { indices[$0] },
            labels: rows.map { labels[$0] },
            values: values.mapValues { column in rows.map { column[$0] } }
        )
    }
}
