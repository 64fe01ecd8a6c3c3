// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Statistics
import Vocabulary

extension RunAnswers {
    /// Which terms of Glows' likelihoods each transformation moved, level by level and over all levels.
    ///
    /// Rows are about all classes together unless the filter names classes.
    ///
    /// - Throws: `ResultStoreError`; ``AnswerError/nothingToCompare(_:)`` where no cell that passes has the terms.
    public func decompositions() throws -> Answer<DecompositionRow> {
        var pairs = CellPairs(self, columns: LikelihoodTerms.isNeeded)
        let maker = DecompositionMaker(filter: filter, settings: settings)
        var rows: [DecompositionRow] = []
        var without: Set<String> = []
        try pairs.forEach { pair in
            (pair.cell.model, maker.rows(of: pair))
        } _: { model, made in
            if made.isEmpty { without.insert(model) } else { rows += made }
        }
        var notes = notes + pairs.notes
        if !without.isEmpty {
            notes.append(
                "No terms by level are recorded of \(without.sorted().joined(separator: ", ")): these are no flows."
            )
        }
        if !rows.isEmpty {
            notes.append(
                "Mean differences in bits per dimension; the terms of all levels add up to mean Δ. \(settings.levelText) "
                    + "intervals over images within classes: of all levels together BCa, \(grouped(settings.replicates)) "
                    + "replicates, seed \(settings.seed); of a single level the mean and its standard errors."
            )
        }
        return Answer(rows: rows, notes: notes)
    }
}

/// The names and dimensions of the columns that make up a Glow's likelihood.
enum LikelihoodTerms {
    static func isNeeded(_ name: String) -> Bool {
        ["bpd", "nll", "mixture"].contains(name)
            || ["logdet.", "quadratic.", "logscale."].contains(where: name.hasPrefix)
    }

    /// How many numbers an image has, from likelihoods in nats and in bits per dimension; nil where both say nothing.
    static func dimensions(of columns: CellColumns) -> Int? {
        for (nats, bits) in zip(columns["nll"] ?? [], columns["bpd"] ?? [])
        where nats.isFinite && bits.isFinite && abs(bits) > 1e-3 {
            let count = (Double(nats) / (Double(bits) * log(2))).rounded()
            if count >= 1, count < 1e9 { return Int(count) }
        }
        return nil
    }
}

/// Makes the rows of one cell; a value that several threads may use.
struct DecompositionMaker: Sendable {
    let filter: CellFilter
    let settings: AnswerSettings

    private typealias Term = DecompositionRow.Term

    func rows(of pair: CellPair) -> [DecompositionRow] {
        let (clean, transformed) = (pair.columns.before.doubles, pair.columns.after.doubles)
        guard let dimensions = LikelihoodTerms.dimensions(of: pair.columns.before),
            let terms = LikelihoodDecomposition(clean: clean, transformed: transformed, dimensions: dimensions)
        else { return [] }
        let levels = Set(terms.terms.compactMap(\.level)).sorted()
        return labels(of: pair).flatMap { label in
            ([nil] + levels.map { $0 }).compactMap { row(pair, label, level: $0, terms) }
        }
    }

    private func labels(of pair: CellPair) -> [Int?] {
        let all: [Int?] = filter.matches(label: nil) ? [nil] : []
        guard filter.namesClasses else { return all }
        return all + Set(pair.columns.labels).sorted().filter { filter.matches(label: $0) }
    }

    private func row(
        _ pair: CellPair,
        _ label: Int?,
        level: Int?,
        _ decomposition: LikelihoodDecomposition
    ) -> DecompositionRow? {
        let terms = decomposition.terms.filter { level == nil || $0.level == level }
        func term(of kinds: [LikelihoodDecomposition.Kind]) -> Term? {
            let values = Self.sum(terms.filter { kinds.contains($0.kind) }.map(\.differences))
            return level == nil ? resampled(values, pair, label) : mean(values, pair, label)
        }
        guard let determinant = term(of: [.logDeterminant]), let quadratic = term(of: [.quadratic]),
            let scale = term(of: [.logScale]), let sum = term(of: LikelihoodDecomposition.Kind.allCases),
            let kept = terms.first?.differences
        else { return nil }
        // Where the label was given, and by one draw, the mixture is 0 throughout.
        let mixture = terms.first { $0.kind == .mixture && $0.differences.contains { $0 != 0 && !$0.isNaN } }
        let change = pair.columns.differences(of: "bpd").map { zip($0, kept).map { $1.isNaN ? .nan : $0 } }
        return DecompositionRow(
            cell: pair.cell,
            label: label,
            level: level,
            count: zip(kept, pair.columns.labels).count { !$0.isNaN && (label == nil || $1 == label) },
            logDeterminant: determinant,
            quadratic: quadratic,
            logScale: scale,
            mixture: mixture.flatMap { resampled($0.differences, pair, label) },
            sum: sum,
            change: level == nil ? change.flatMap { mean($0, pair, label)?.mean } : nil
        )
    }

    /// The mean with the bootstrap's interval, for what all levels did.
    private func resampled(_ values: [Double], _ pair: CellPair, _ label: Int?) -> Term? {
        guard !values.isEmpty else { return nil }
        let means = pair.bootstrap.means(of: values)
        return (label.map { means[$0] } ?? means.overall).map {
            Term(mean: $0.estimate, interval: $0.interval(level: settings.level))
        }
    }

    /// The mean with a normal interval, for a single level.
    private func mean(_ values: [Double], _ pair: CellPair, _ label: Int?) -> Term? {
        StratifiedMean(of: values, labels: pair.columns.labels, label: label).map {
            Term(mean: $0.mean, interval: $0.interval(level: settings.level))
        }
    }

    private static func sum(_ columns: [[Double]]) -> [Double] {
        guard var sum = columns.first else { return [] }
        for column in columns.dropFirst() {
            for image in sum.indices { sum[image] += column[image] }
        }
        return sum
    }
}

extension CellColumns {
    /// The columns in double precision.
    var doubles: [String: [Double]] { values.mapValues { $0.map(Double.init) } }
}
