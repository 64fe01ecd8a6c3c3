// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

extension RunAnswers {
    /// What each transformation did, or the last member of each chain (`AnswerSettings/against`): a row for all classes of a cell together, then one for each class.
    ///
    /// Cells of several models, seeds and data sets are never pooled. Notes say what the numbers were made with and name
    /// what is left out.
    ///
    /// - Throws: `ResultStoreError`.
    public func effects() throws -> Answer<EffectRow> {
        var pairs = CellPairs(self) { name in Measure.allCases.contains { $0.column == name } }
        let maker = EffectMaker(filter: filter, settings: settings)
        var rows: [EffectRow] = []
        try pairs.forEach {
            maker.rows(of: $0)
        } _: {
            rows += $0
        }
        let families = EffectFamilies(rows)
        families.adjust(&rows)
        let meaning = rows.isEmpty ? [] : comparison + [basis, families.note]
        return Answer(rows: rows, notes: notes + pairs.notes + meaning)
    }

    /// What cells are compared with, where that is not `identity`.
    private var comparison: [String] {
        settings.against == .identity
            ? []
            : ["Against the chain without its last member: Δ is what that member did. Single transforms are left out."]
    }

    /// What intervals and verdicts are made with.
    var basis: String {
        "Intervals: \(settings.levelText) BCa over images, resampled within classes, \(grouped(settings.replicates)) "
            + "replicates, seed \(settings.seed). Verdicts: against a smallest effect of "
            + "\(AnswerTable.significant(settings.smallestEffect)) (bits per dimension; for a classifier's accuracy, a share "
            + "of images): raised and lowered lie beyond it, equivalent means that the 90 % interval lies within it."
    }
}

extension AnswerSettings {
    /// The coverage of intervals, such as `95 %`.
    var levelText: String { "\(AnswerTable.significant(100 * level)) %" }
}

/// Makes the rows of one cell; a value that several threads may use.
struct EffectMaker: Sendable {
    let filter: CellFilter
    let settings: AnswerSettings

    func rows(of pair: CellPair) -> [EffectRow] {
        guard let measure = pair.columns.measure, let differences = pair.columns.differences(of: measure.column) else {
            return []
        }
        let means = pair.bootstrap.means(of: differences)
        var rows: [EffectRow] = []
        if filter.matches(label: nil) {
            rows.append(row(pair, measure, nil, differences, means.overall))
        }
        let byClass = Dictionary(grouping: differences.indices) { pair.columns.labels[$0] }
        for (label, positions) in byClass.sorted(by: { $0.key < $1.key }) where filter.matches(label: label) {
            rows.append(row(pair, measure, label, positions.map { differences[$0] }, means[label]))
        }
        return rows
    }

    private func row(
        _ pair: CellPair,
        _ measure: Measure,
        _ label: Int?,
        _ differences: [Double],
        _ mean: ResampledStatistic?
    ) -> EffectRow {
        let effect = PairedEffect(differences: differences)
        return EffectRow(
            cell: pair.cell,
            label: label,
            measure: measure,
            effect: effect,
            interval: mean?.interval(level: settings.level),
            smallestEffect: settings.smallestEffect,
            verdict: mean.map { Self.verdict($0, effect, settings.smallestEffect) },
            unpaired: label == nil ? pair.columns.unpaired : 0,
            against: [pair.baseline.transform, pair.baseline.parameters].filter { !$0.isEmpty }.joined(separator: " ")
        )
    }

    /// What the mean says; one that is the same for every image has no interval, and is judged by itself.
    static func verdict(_ mean: ResampledStatistic, _ effect: PairedEffect, _ smallest: Double) -> Verdict {
        effect.standardDeviation == 0
            ? Verdict(constantEffect: mean.estimate, count: effect.count, smallestEffect: smallest)
            : mean.verdict(smallestEffect: smallest)
    }
}
