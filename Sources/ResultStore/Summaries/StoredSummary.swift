// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics

/// A summary as the store keeps it, and of what it is.
struct StoredSummary {
    let recorded: Int
    let baseline: Int64?
    let baselineRecorded: Int?
    let measure: CellSummary.Measure
    /// All images; without the histogram, which is in `groups`.
    let all: CellSummary.Group
    let groups: Data?

    /// Cells with no more images are quickly summarised by whoever reads them: of these the store keeps only what is sorted
    /// and searched by.
    static let fewImages = 256

    /// What a query of `summary` must select to read them.
    static let selection = """
        summary.recorded, summary.baseline, summary.baseline_recorded, summary.measure, summary.n, summary.non_finite,
        summary.mean, summary.sd, summary.minimum, summary.q25, summary.median, summary.q75, summary.maximum,
        summary.delta_n, summary.delta_non_finite, summary.delta_mean, summary.delta_sd, summary.delta_raised,
        summary.groups
        """

    /// Reads the values that begin at `column`; nil where there is no summary.
    init?(_ row: Row, from column: Int) throws {
        guard let recorded: Int = row.optional(column) else { return nil }
        self.recorded = recorded
        baseline = row.optional(column + 1)
        baselineRecorded = row.optional(column + 2)
        guard let measure = CellSummary.Measure(rawValue: try row.value(column + 3)) else {
            throw DamagedRow(detail: "a summary of an unknown measure")
        }
        self.measure = measure
        let summary = Summary(
            count: try row.value(column + 4),
            nonFiniteCount: try row.value(column + 5),
            mean: row.optional(column + 6),
            standardDeviation: row.optional(column + 7),
            minimum: row.optional(column + 8),
            lowerQuartile: row.optional(column + 9),
            median: row.optional(column + 10),
            upperQuartile: row.optional(column + 11),
            maximum: row.optional(column + 12)
        )
        var difference: CellSummary.Difference?
        if let count: Int = row.optional(column + 13) {
            difference = CellSummary.Difference(
                count: count,
                nonFiniteCount: try row.value(column + 14),
                mean: row.optional(column + 15),
                standardDeviation: row.optional(column + 16),
                raised: try row.value(column + 17)
            )
        }
        let none = DyadicHistogram(Sample([Double]()))
        all = CellSummary.Group(label: nil, summary: summary, difference: difference, histogram: none)
        groups = row.optional(column + 18)
    }

    /// Whether it is of all that is recorded at `place`.
    func isCurrent(_ place: CellPlace) -> Bool {
        recorded == place.recorded && baseline == place.baseline?.key && baselineRecorded == place.baseline?.recorded
    }

    /// All of it; nil where the store does not keep that.
    func complete() throws -> CellSummary? {
        guard let groups else { return nil }
        let (histogram, classes) = try SummaryCoding.decode(groups)
        var all = all
        all.histogram = histogram
        return CellSummary(measure: measure, all: all, classes: classes)
    }
}

/// Writes summaries within one transaction.
struct SummaryWriter {
    private let insert: Statement

    init(_ database: Database) throws {
        insert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO summary VALUES
                (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
    }

    /// Keeps the summary of what is recorded at `place`.
    func write(_ summary: CellSummary, of place: CellPlace) throws {
        let (all, difference) = (summary.all.summary, summary.all.difference)
        let groups = place.images > StoredSummary.fewImages ? SummaryCoding.data(summary) : nil
        insert.setUncheckedArguments([
            place.key, place.recorded, place.baseline?.key, place.baseline?.recorded, summary.measure.rawValue,
            all.count, all.nonFiniteCount, all.mean, all.standardDeviation, all.minimum, all.lowerQuartile, all.median,
            all.upperQuartile, all.maximum, difference?.count, difference?.nonFiniteCount, difference?.mean,
            difference?.standardDeviation, difference?.raised, groups,
        ])
        try insert.execute()
    }
}
