// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Statistics
public import Vocabulary

/// Some of a run's cells with their summaries, and how many there are to choose from.
public struct SummaryPage: Hashable, Sendable {
    /// Number of cells that the query matches.
    public var total: Int
    /// The cells of the page, in the query's order.
    public var cells: [SummarisedCell]
}

extension ResultStore {
    /// Up to `limit` of the cells of `run` that `query` matches, in its order, beginning with the `start`-th from 0.
    ///
    /// All is of one moment. Figures are those of what is recorded then, also of cells that grow.
    ///
    /// - Throws: `ResultStoreError`.
    public func summaries(
        of run: String,
        matching query: CellQuery = CellQuery(),
        from start: Int = 0,
        limit: Int = 100
    ) throws -> SummaryPage {
        try read { database in
            var reader = try SummaryReader(run: runKey(run, in: database), database)
            var cells = try reader.cells()
                .filter { query.matches($0) }
            if query.order != .run {
                let keyed = try cells.map { (try reader.figures(of: $0), $0) }
                    .map { (query.key($0.0), $0.1) }
                let present = keyed.filter { $0.0 != nil }
                    .sorted { one, other in
                        guard let left = one.0, let right = other.0, left != right else {
                            return one.1.ordinal < other.1.ordinal
                        }
                        return query.isDescending ? left > right : left < right
                    }
                cells = present.map(\.1) + keyed.filter { $0.0 == nil }.map(\.1)
            } else if query.isDescending {
                cells.reverse()
            }
            let page = try cells.dropFirst(start).prefix(limit).map { try reader.figures(of: $0) }
            return SummaryPage(total: cells.count, cells: page)
        }
    }

    /// The cell of `run` with this id; where it has several places, the first.
    ///
    /// - Throws: `ResultStoreError.unknownCell`.
    public func summary(of cell: CellID, in run: String) throws -> SummarisedCell {
        try read { database in
            var reader = try SummaryReader(run: runKey(run, in: database), database)
            guard let found = try reader.cells().first(where: { $0.id == cell }) else {
                throw ResultStoreError.unknownCell(id: cell.description, path: path)
            }
            return try reader.figures(of: found)
        }
    }
}

private enum SortKey: Comparable {
    case number(Double)
    case text(String)
}

extension CellQuery {
    fileprivate func key(_ cell: SummarisedCell) -> SortKey? {
        let all = cell.summary?.all
        switch order {
        case .run: return .number(Double(cell.ordinal))
        case .model: return .text(cell.spec.model)
        case .dataset: return .text(cell.spec.dataset)
        case .transform: return .text("\(cell.spec.transform)")
        case .recorded: return .number(Double(cell.recordedImages))
        case .mean: return all?.summary.mean.map(SortKey.number)
        case .median: return all?.summary.median.map(SortKey.number)
        case .deviation: return all?.summary.standardDeviation.map(SortKey.number)
        case .difference: return all?.difference?.mean.map(SortKey.number)
        case .raised: return all?.difference?.raisedShare.map(SortKey.number)
        case .nonFinite: return (all?.summary.nonFiniteCount).map { .number(Double($0)) }
        }
    }

    fileprivate func matches(_ cell: SummarisedCell) -> Bool {
        let line = "\(cell.spec.model) \(cell.spec.dataset) \(cell.spec.transform) \(cell.spec.seed)".lowercased()
        let isBegun = cell.recordedImages > 0 || cell.failedImages > 0
        let isInState =
            switch condition {
            case nil: true
            case .begun: isBegun
            case .complete: cell.isComplete
            case .incomplete: isBegun && !cell.isComplete
            case .inTrouble: cell.failedImages > 0 || cell.disputedShards > 0
            }
        return isInState && (models.isEmpty || models.contains(cell.spec.model))
            && (datasets.isEmpty || datasets.contains(cell.spec.dataset))
            && (transforms.isEmpty || transforms.contains(cell.spec.transform.name))
            && (seeds.isEmpty || seeds.contains(cell.spec.seed))
            && words.allSatisfy { line.contains($0.lowercased()) || "\(cell.id)".hasPrefix($0.lowercased()) }
    }
}

/// Summarises cells of a run from their parts, within one transaction.
private struct SummaryReader {
    private let run: Int64
    private let database: Database
    private var slices: Slices
    private let parts: StoredParts

    init(run: Int64, _ database: Database) throws {
        self.run = run
        self.database = database
        slices = Slices(database)
        parts = try StoredParts(database)
    }

    func cells() throws -> [SummarisedCell] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(RunCell.selection) FROM \(RunCell.source) WHERE run_cell.run = ? ORDER BY run_cell.ordinal
                """,
            arguments: [run]
        )
        return try rows.map { row in
            let cell = try RunCell(row)
            return SummarisedCell(
                ordinal: cell.ordinal,
                id: cell.id,
                spec: CellSpec(
                    model: cell.model,
                    dataset: cell.dataset,
                    transform: try TransformSpec(name: cell.transform, parameters: cell.parameters),
                    seed: cell.seed
                ),
                split: cell.split,
                conditioning: cell.conditioning,
                images: cell.images,
                recordedImages: cell.recordedImages
            )
        }
    }

    mutating func figures(of cell: SummarisedCell) throws -> SummarisedCell {
        guard cell.recordedImages > 0 else { return cell }
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT cell.key, cell.slice, other.key, other.id FROM cell
                LEFT JOIN transform ON transform.name = 'identity'
                LEFT JOIN cell AS other ON other.transform = transform.key AND other.model = cell.model
                    AND other.slice = cell.slice AND other.seed = cell.seed
                    AND other.conditioning = cell.conditioning AND other.numerics = cell.numerics
                WHERE cell.id = ?
                """,
            arguments: [Data(cell.id.bytes)]
        )
        guard let row else { return cell }
        let slice = try slices[try row.value(1)]
        var layouts: Set<String> = []
        try parts.forEach(ofCell: try row.value(0), in: slice) { layouts.formUnion($0.names) }
        let measure = CellSummary.Measure(columns: Array(layouts))
        let own = try values(row.value(0), measure, slice)
        let other: Int64? = row.optional(2)
        var cell = cell
        var baseline = CellBaseline.none
        if let other {
            baseline = .values(try values(other, measure, slice))
            cell.baseline = try row.cellID(3)
        }
        cell.summary = CellSummary(measure: measure, values: own, labels: slice.labels, baseline: baseline)
        return cell
    }

    private func values(_ key: Int64, _ measure: CellSummary.Measure, _ slice: Slice) throws -> ImageValues {
        var values = ImageValues(images: slice.count)
        try parts.forEach(ofCell: key, in: slice) { part in
            guard let column = part.names.firstIndex(of: measure.rawValue) else { return }
            for (row, position) in part.positions.enumerated() {
                values.set(part.value(row: row, column: column), at: position)
            }
        }
        return values
    }
}
