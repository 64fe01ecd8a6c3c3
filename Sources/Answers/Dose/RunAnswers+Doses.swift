// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

extension RunAnswers {
    /// How each model's bits per dimension follow one parameter of a transformation, all others fixed.
    ///
    /// Settings below 0 and above 0 are curves of their own, over the magnitude; 0 is on none. Only images that all settings
    /// of a curve have take part.
    ///
    /// - Parameter parameter: A numeric parameter of a transformation, by its name in sweep files, or of a member of chains:
    ///   `scale` unless given, `noise-2.scale` where several members have one.
    /// - Returns: A row for each model, data set, split, seed and setting of the other parameters with two doses or more.
    /// - Throws: `ResultStoreError`; ``AnswerError/nothingToCompare(_:)`` where no transformation has such a parameter.
    public func doses(over parameter: String = "scale") throws -> Answer<DoseRow> {
        guard TransformKind.parameter(named: parameter)?.isNumeric == true else {
            throw AnswerError.nothingToCompare(
                "no transformation has a numeric parameter '\(Excerpt.short(parameter))'"
                    + Suggestion.phrase(for: parameter, among: Self.numericParameters)
            )
        }
        var rows: [DoseRow] = []
        var (single, withoutIdentity) = (0, 0)
        var bootstraps = SliceBootstraps(settings)
        for (subject, cells) in selected(where: { !$0.isIdentity && $0.recordedImages > 0 }) {
            let curves = DoseCurve.curves(of: cells, over: parameter)
            single += curves.count { $0.doses.count < 2 }
            let whole = curves.filter { $0.doses.count >= 2 }
            guard let identity = identities[subject] else {
                withoutIdentity += whole.count
                continue
            }
            let before = try store.values(of: identity.id, where: Self.isMeasure)
            for curve in whole { rows += try row(curve, before, &bootstraps).map { [$0] } ?? [] }
        }
        var notes = notes
        if single > 0 { notes.append("\(counted(single, "setting")) with a single dose: no curve.") }
        if withoutIdentity > 0 {
            notes.append("\(counted(withoutIdentity, "curve")) without an identity cell to start from.")
        }
        if !rows.isEmpty { notes.append(doseBasis) }
        return Answer(rows: rows, notes: notes)
    }

    /// What a message offers.
    private static let numericParameters = TransformKind.allCases.flatMap(\.parameters).filter(\.isNumeric)
        .flatMap(\.keys)

    private static func isMeasure(_ name: String) -> Bool { Measure.allCases.contains { $0.column == name } }

    private var doseBasis: String {
        "EC50: the dose at which the isotonic fit of the mean changes reaches \(AnswerTable.significant(settings.rise)) (of a "
            + "classifier: of its error rate), linear in the logarithm of the dose; 95 % percentile interval over images, "
            + "\(grouped(settings.replicates)) replicates, seed \(settings.seed). Monotone p: bootstrap test that the response "
            + "never falls. Change: first dose of the upper of two levels, with the share of replicates that agree."
    }

    private func row(
        _ curve: DoseCurve,
        _ before: CellColumns,
        _ bootstraps: inout SliceBootstraps
    ) throws -> DoseRow? {
        let afters = try curve.cells.map { try store.values(of: $0.id, where: Self.isMeasure) }
        let common = afters.reduce(Set(before.indices)) { $0.intersection($1.indices) }
        guard !common.isEmpty else { return nil }
        let pairs = afters.map { after in
            PairedColumns(after: after.kept { common.contains($0) }, before: before.kept { common.contains($0) })
        }
        guard let first = pairs.first, let measure = first.measure else { return nil }
        // A rise of the error rate is a fall of accuracy; a fall is a rise of the negated response.
        let sign: Double = (measure == .accuracy ? -1 : 1) * (settings.rise < 0 ? -1 : 1)
        let columns = pairs.compactMap { $0.differences(of: measure.column)?.map { sign * $0 } }
        guard columns.count == curve.doses.count,
            let resampled = ResampledDoseResponse(
                doses: curve.doses,
                columns: columns,
                bootstrap: bootstraps.bootstrap(first.labels),
                level: abs(settings.rise)
            )
        else { return nil }
        return DoseRow(curve, measure, first.indices.count, resampled, rise: settings.rise)
    }
}

/// The cells that differ in one parameter alone, by its magnitude.
struct DoseCurve {
    /// What the curve is called: the parameter, with a minus sign where its values are below 0.
    let parameter: String
    /// The other parameters, as far as they are not at their standard values.
    let others: String
    /// Ascending, above 0.
    let doses: [Double]
    /// A cell for each dose.
    let cells: [RunCell]

    private struct Key: Hashable {
        /// The transformation with nothing for the parameter.
        var rest: TransformSpec
        var isNegative: Bool
    }

    /// The curves of a subject's cells, in the order of their first cells.
    static func curves(of cells: [RunCell], over parameter: String) -> [DoseCurve] {
        var order: [Key] = []
        var groups: [Key: [(dose: Double, cell: RunCell)]] = [:]
        for cell in cells {
            guard let spec = cell.transformSpec, let place = spec.kind.parameter(parameter),
                let value = spec.parameter(parameter).flatMap(Double.init), value != 0
            else { continue }
            var codes = spec.codes
            codes[place.position] = 0
            let key = Key(rest: TransformSpec(spec.kind, codes: codes), isNegative: value < 0)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((abs(value), cell))
        }
        return order.compactMap { key in
            groups[key].map { DoseCurve($0, of: parameter, isNegative: key.isNegative) }
        }
    }

    private init(_ points: [(dose: Double, cell: RunCell)], of name: String, isNegative: Bool) {
        let ascending = points.sorted { $0.dose < $1.dose }
        parameter = isNegative ? "-\(name)" : name
        doses = ascending.map(\.dose)
        cells = ascending.map(\.cell)
        let spec = ascending[0].cell.transformSpec
        let position = spec?.kind.parameter(name)?.position
        others =
            spec.map { spec in
                spec.isChain
                    ? spec.brief(without: position) : spec.briefPairs(without: position).joined(separator: " ")
            } ?? ""
    }
}

extension DoseRow {
    fileprivate init(
        _ curve: DoseCurve,
        _ measure: Measure,
        _ count: Int,
        _ resampled: ResampledDoseResponse,
        rise: Double
    ) {
        let response = resampled.response
        let sign: Double = rise < 0 ? -1 : 1
        self.init(
            cell: curve.cells[0],
            parameter: curve.parameter,
            others: curve.others,
            measure: measure,
            count: count,
            points: curve.cells.indices.map { index in
                let interval = resampled.intervals[index]
                return Point(
                    cell: curve.cells[index],
                    dose: response.doses[index],
                    mean: sign * response.means[index],
                    interval: Interval(
                        low: min(sign * interval.low, sign * interval.high),
                        high: max(sign * interval.low, sign * interval.high),
                        level: interval.level,
                        isEstimable: interval.isEstimable
                    ),
                    fitted: sign * response.fitted[index]
                )
            },
            rise: rise,
            effectiveDose: resampled.effectiveDose,
            effectiveDoseLow: resampled.effectiveDoseLow,
            effectiveDoseHigh: resampled.effectiveDoseHigh,
            withinRange: resampled.withinRange,
            departure: response.departure,
            monotonicityLog10P: resampled.monotonicityLog10P,
            changePoint: resampled.changePoint.map { response.doses[$0] },
            changePointShare: resampled.changePointShare
        )
    }
}
