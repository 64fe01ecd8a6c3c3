// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Statistics

// What one row of an answer is in a figure; how rows are put together is up to whoever makes the figure.

extension ForestFigure.Row {
    /// A change with its interval; one without a mean is drawn nowhere.
    init(_ row: EffectRow, named name: String) {
        self.init(
            name: name,
            value: row.effect.mean ?? .nan,
            interval: row.interval?.estimated,
            count: row.effect.count,
            conclusion: row.verdict.flatMap { Conclusion(rawValue: $0.rawValue) } ?? .undecided
        )
    }
}

extension DoseResponseFigure.Point {
    /// A dose of a curve.
    init(_ point: DoseRow.Point, of row: DoseRow) {
        self.init(
            dose: point.dose,
            value: point.mean,
            interval: point.interval.estimated,
            fit: point.fitted,
            count: row.count
        )
    }
}

extension DecompositionFigure.Panel {
    /// The terms of the cell of `total`, the row of all levels, with the rows of single levels among `rows`.
    init(_ total: DecompositionRow, _ rows: [DecompositionRow], levels: [Int], title: String) {
        self.init(
            title: title,
            stacks: levels.map { level in
                let row = rows.first { $0.level == level }
                return [row?.logDeterminant.mean, row?.quadratic.mean, row?.logScale.mean]
            },
            total: total.change ?? total.sum.mean,
            interval: total.sum.interval.estimated,
            count: total.count
        )
    }
}

extension OODMatrixFigure.Entry {
    /// How well a score tells two data sets apart; nil where it was not measured.
    init?(_ row: OODRow) {
        guard let area = row.area else { return nil }
        self.init(
            area: area,
            interval: row.interval?.estimated,
            inside: row.insideCount,
            outside: row.outsideCount
        )
    }
}

extension Interval {
    /// The interval; nil where it cannot be estimated.
    var estimated: ClosedRange<Double>? { isEstimable && low <= high ? low...high : nil }
}
