// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension RecordedPart {
    /// Why the part cannot be a result for images of `slice`; nil when it can.
    func misfit(_ slice: Slice) -> String? {
        let shard = attempt.shard
        guard shard.lower >= 0, shard.lower < shard.upper, shard.upper <= slice.count else {
            return "\(shard) is not within the cell's \(slice.count) images"
        }
        // Elementwise: slices of different arrays need not share indices.
        guard table.indices.elementsEqual(slice.indices[shard.positions]) else {
            return "the table of \(shard) lists other images than the cell"
        }
        guard !table.columns.isEmpty else { return "the table of \(shard) has no columns" }
        for (position, column) in table.columns.enumerated() {
            guard column.values.count == shard.count else {
                return "column '\(column.name)' of \(shard) has \(column.values.count) values"
            }
            guard ColumnName.isValid(column.name) else { return "a column of \(shard) has an unusable name" }
            // Pairwise, without a set to be made: tables have few columns.
            guard !table.columns[..<position].contains(where: { $0.name == column.name }) else {
                return "the table of \(shard) has a column twice"
            }
        }
        // NaN would be stored as NULL, and what is beyond belief would come back in an estimate.
        guard Measured.seconds.contains(seconds) else { return "\(shard) took \(seconds) seconds" }
        return nil
    }
}
