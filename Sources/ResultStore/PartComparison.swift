// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// Compares arriving parts with what is recorded for the same images: bit for bit, but for numbers of external models,
/// which have a tolerance.
struct PartComparison {
    private let findParts: Statement
    private let findLikelihood: Statement

    /// What a comparison found.
    enum Finding {
        /// All recorded images are equal; `gaps` are the positions that are not recorded.
        case equal(gaps: [Range<Int>])
        /// Recorded images have other columns.
        case otherColumns([String])
        /// Recorded images have other bits.
        case different(PartMismatch)
    }

    init(_ database: Database) throws {
        findLikelihood = try database.cachedStatement(sql: "SELECT conditioning FROM cell WHERE key = ?")
        // Parts never overlap, so in this order the first that ends too early is the last to look at.
        findParts = try database.cachedStatement(
            sql: """
                SELECT \(StoredPart.selection), worker.name, worker.host, worker.isa
                FROM part JOIN layout ON layout.key = part.layout JOIN worker ON worker.key = part.worker
                WHERE part.cell = ? AND part.lower < ? ORDER BY part.lower DESC
                """
        )
    }

    func compare(_ part: RecordedPart, withCell cell: Int64) throws -> Finding {
        let shard = part.attempt.shard
        var open = shard.upper
        var gaps: [Range<Int>] = []
        var mismatch: PartMismatch?
        let rows = try Row.fetchCursor(findParts, arguments: [cell, shard.upper])
        while let row = try rows.next() {
            guard try row.positions(0, 1).upperBound > shard.lower else { break }
            let stored = try StoredPart(row)
            guard Set(stored.names) == Set(part.table.columns.map(\.name)) else { return .otherColumns(stored.names) }
            if let found = try difference(part, stored, cell) {
                let origin = PartOrigin(worker: try row.value(4), host: try row.value(5), isa: try row.value(6))
                mismatch = PartMismatch(found, part, recordedBy: origin, and: mismatch)
            }
            if stored.positions.upperBound < open { gaps.append(stored.positions.upperBound..<open) }
            open = stored.positions.lowerBound
        }
        if let mismatch { return .different(mismatch) }
        if shard.lower < open { gaps.append(shard.lower..<open) }
        return .equal(gaps: gaps.reversed())
    }

    /// All images that differ, and the first value that does.
    fileprivate struct Difference {
        var images: [UInt32]
        let column: String
        let recorded: Float
        let received: Float
        let tolerance: Double?
    }

    /// How far values of the cell may differ; nil for bit for bit.
    private func tolerance(_ part: RecordedPart, _ cell: Int64) throws -> Double? {
        guard let text = try String.fetchOne(findLikelihood, arguments: [cell]),
            StoredLikelihood(text)?.estimate.kind.isForeign == true
        else { return nil }
        return part.tolerance ?? ExternalModel.standardTolerance
    }

    private func difference(_ part: RecordedPart, _ stored: StoredPart, _ cell: Int64) throws -> Difference? {
        guard let bits = difference(part, stored, within: nil) else { return nil }
        guard let tolerance = try tolerance(part, cell) else { return bits }
        return difference(part, stored, within: tolerance)
    }

    private func difference(_ part: RecordedPart, _ stored: StoredPart, within tolerance: Double?) -> Difference? {
        let shard = part.attempt.shard
        let columns = stored.names.map { part.table[$0] ?? [] }
        var difference: Difference?
        for position in stored.positions.clamped(to: shard.positions) {
            let row = position - shard.lower
            let old = stored.names.indices.map { stored.value(row: position - stored.positions.lowerBound, column: $0) }
            let unequal = columns.indices.first { !columns[$0][row].agrees(with: old[$0], within: tolerance) }
            guard let column = unequal else { continue }
            let image = part.table.indices[row]
            guard difference == nil else {
                difference?.images.append(image)
                continue
            }
            difference = Difference(
                images: [image],
                column: stored.names[column],
                recorded: old[column],
                received: columns[column][row],
                tolerance: tolerance
            )
        }
        return difference
    }
}

extension PartMismatch {
    /// Joins what was found in one stored part with what was found in `later` ones.
    fileprivate init(
        _ difference: PartComparison.Difference,
        _ part: RecordedPart,
        recordedBy: PartOrigin,
        and later: PartMismatch?
    ) {
        self.init(
            shard: part.attempt.shard,
            images: difference.images + (later?.images ?? []),
            column: difference.column,
            recorded: difference.recorded,
            received: difference.received,
            recordedBy: recordedBy,
            receivedFrom: part.origin,
            tolerance: difference.tolerance
        )
    }
}
