// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// Reads a run's cells and summarises them per class; figures of cells that did not grow are kept.
struct StatisticsReader {
    private let store: ResultStore
    private var known: [CellID: Known] = [:]

    private struct Known {
        /// Images of the cell, and of its identity cell, that the figures are of.
        var images: Int
        var baseline: Int
        /// Images of the cell that failed.
        var failed: Int
        var rows: [CellStatistics]
    }

    /// What a cell shares with the identity cell that it is compared with.
    private struct Baseline: Hashable {
        var model: String
        var dataset: String
        var split: String
        var seed: UInt64
        var conditioning: Conditioning

        init(_ cell: RunCell) {
            model = cell.model
            dataset = cell.dataset
            split = cell.split
            seed = cell.seed
            conditioning = cell.conditioning
        }
    }

    init(store: ResultStore) {
        self.store = store
    }

    /// For each cell of `run` of which anything is recorded or failed, in the run's order: a row for each class, then one
    /// for all.
    mutating func statistics(of run: String) throws -> [CellStatistics] {
        let cells = try store.cells(of: run)
        let baselines = Dictionary(
            cells.filter { $0.transform == TransformSpec.identity.name }.map { (Baseline($0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let failed = try store.failedPositions(of: run).mapValues(\.count)
        return try cells.filter { $0.recordedImages > 0 || failed[$0.id] != nil }.flatMap { cell in
            try rows(of: cell, failed: failed[cell.id] ?? 0, baselines[Baseline(cell)])
        }
    }

    private mutating func rows(of cell: RunCell, failed: Int, _ baseline: RunCell?) throws -> [CellStatistics] {
        let baselineImages = baseline?.recordedImages ?? 0
        if let known = known[cell.id], known.images == cell.recordedImages, known.baseline == baselineImages,
            known.failed == failed
        {
            return known.rows
        }
        let measure = try Measure(store.columns(of: cell.id))
        let values = try store.values(of: cell.id, column: measure.rawValue)
        let original = try baseline.map { try store.values(of: $0.id, column: measure.rawValue) }
        let rows = try summarise(cell, failed: failed, measure, values, original)
        known[cell.id] = Known(images: cell.recordedImages, baseline: baselineImages, failed: failed, rows: rows)
        return rows
    }

    private func summarise(
        _ cell: RunCell,
        failed: Int,
        _ measure: Measure,
        _ values: CellValues,
        _ original: CellValues?
    ) throws -> [CellStatistics] {
        let spec = CellSpec(
            model: measure.label(cell.model),
            dataset: cell.dataset,
            transform: try TransformSpec(name: cell.transform, parameters: cell.parameters),
            seed: cell.seed
        )
        let labels = values.labels.map { Int($0) }
        let figures = Grouped(values.values.map { Double($0) }, by: labels)
        let deltas = original.map { Self.differences(of: values, from: $0) }
        func row(_ label: Int?, _ figures: Summary) -> CellStatistics {
            let delta = deltas.flatMap { deltas in label.map { deltas[$0] } ?? deltas.total }
            return CellStatistics(
                cell: cell.id,
                spec: spec,
                label: label,
                summary: figures,
                meanDifference: delta?.mean,
                failed: failed
            )
        }
        return figures.groups.map { row($0.label, $0.summary) } + [row(nil, figures.total)]
    }

    /// The differences of the images that both cells have, by class.
    private static func differences(of values: CellValues, from original: CellValues) -> Grouped {
        let before = Dictionary(uniqueKeysWithValues: zip(original.indices, original.values))
        let shared = values.indices.indices.filter { before[values.indices[$0]] != nil }
        let pairs = PairedDifferences(
            after: shared.map { values.values[$0] },
            before: shared.compactMap { before[values.indices[$0]] }
        )
        return Grouped(pairs.values, by: shared.map { Int(values.labels[$0]) })
    }
}

/// The column of a cell's table that its statistics are of.
private enum Measure: String {
    /// Bits per dimension of a model of images.
    case bitsPerDimension = "bpd"
    /// Whether a classifier found the class; its mean is the accuracy.
    case correct

    init(_ columns: [String]) { self = columns.contains(Self.correct.rawValue) ? .correct : .bitsPerDimension }

    /// The model as tables name it: what is not bits per dimension says so there, beside figures that are.
    func label(_ model: String) -> String { self == .correct ? "\(model) (accuracy)" : model }
}
