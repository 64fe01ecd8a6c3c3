// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Statistics

/// Summarises cells from their parts, within one transaction.
struct PartSummaries {
    private var columns: RecordedColumns
    private var slices: Slices
    /// The baseline that was read last: cells that are neighbours are compared with the same one, as a rule.
    private var last: (key: Int64, measure: CellSummary.Measure, values: ImageValues)?
    /// Values that are known without reading.
    private let known: (Int64) -> (measure: CellSummary.Measure, values: ImageValues)?

    /// Reads everything, unless it is `known` by a cell's key with as many images as are recorded.
    init(
        _ database: Database,
        known: @escaping (Int64) -> (measure: CellSummary.Measure, values: ImageValues)? = { _ in nil }
    ) throws {
        columns = try RecordedColumns(database)
        slices = Slices(database)
        self.known = known
    }

    /// The summary of what is recorded at `place`, of whose own `values` some may be at hand.
    mutating func summary(
        of place: CellPlace,
        _ values: (measure: CellSummary.Measure, values: ImageValues)? = nil
    ) throws -> CellSummary {
        let slice = try slices[place.slice]
        guard slice.count == place.images else { throw DamagedRow(detail: "a cell without its data slice") }
        let own = try values ?? columns.values(ofCell: place.key, images: place.images)
        return CellSummary(
            measure: own.measure,
            values: own.values,
            labels: slice.labels,
            baseline: try baseline(of: place, own.measure)
        )
    }

    private mutating func baseline(of place: CellPlace, _ measure: CellSummary.Measure) throws -> CellBaseline {
        guard let baseline = place.baseline else { return .none }
        if place.isBaseline { return .itself }
        if let last, last.key == baseline.key, last.measure == measure { return .values(last.values) }
        if let found = known(baseline.key), found.measure == measure, found.values.count == baseline.recorded,
            found.values.images == place.images
        {
            last = (baseline.key, measure, found.values)
            return .values(found.values)
        }
        let read = try columns.values(ofCell: baseline.key, images: place.images, measure)
        last = (baseline.key, measure, read.values)
        return .values(read.values)
    }
}
