// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
import Reporting
import ResultStore
import Statistics
import Vocabulary

extension RunAnswers {
    /// How well each model of images tells any two data sets apart that it scored untransformed.
    ///
    /// Each pair is asked both ways, since the run does not say which set a model was trained on; `inside` picks one way.
    /// Classifiers are left out: they give images no likelihood.
    ///
    /// - Parameters:
    ///   - inside: The name of the set that is taken for the models' own; every one in turn unless given.
    ///   - library: Where the images are looked for, which input complexity needs; without one it has no score.
    /// - Returns: A row for each model, pair of sets and score.
    /// - Throws: `ResultStoreError`; ``AnswerError/nothingToCompare(_:)`` where no model scored two data sets.
    public func outOfDistribution(inside: String? = nil, library: DatasetLibrary? = nil) throws -> Answer<OODRow> {
        let subjects = cells.filter { $0.isIdentity && filter.ofModels.matches($0) && $0.recordedImages > 0 }
        var order: [Scorer] = []
        var groups: [Scorer: [RunCell]] = [:]
        for cell in subjects {
            let scorer = Scorer(cell)
            if groups[scorer] == nil { order.append(scorer) }
            groups[scorer, default: []].append(cell)
        }
        var rows: [OODRow] = []
        var sources = ComplexityImages(self, library: library)
        var intervals = ScoreIntervals(settings)
        for scorer in order {
            let sets = try (groups[scorer] ?? []).map { try ScoredSet($0, in: store) }.filter { !$0.isClassifier }
            for (own, other) in sources.pairs(sets) where inside == nil || own.cell.dataset == inside {
                guard filter.ofDatasets.matches(own.cell) || filter.ofDatasets.matches(other.cell) else { continue }
                let draws = intervals.draws(inside: own.labels, outside: other.labels)
                rows += try scores(own, other, among: sets, &sources).concurrentMap {
                    row($0, own, other, draws)
                }
            }
        }
        guard !rows.isEmpty else {
            throw AnswerError.nothingToCompare(
                "no model of run \(run.id) scored two data sets untransformed\(inside.map { ", one of them '\($0)'" } ?? ""); "
                    + "give a sweep's models a second data set under identity"
            )
        }
        return Answer(
            rows: rows,
            notes: notes + sources.notes + [
                "Larger scores are stranger; the outside set is the positive class. Intervals: \(settings.levelText), DeLong on "
                    + "the logit scale, over images; of AP and FPR95 (JSON and CSV) percentiles of \(grouped(settings.replicates)) "
                    + "replicates, images drawn within classes, seed \(settings.seed). FPR95 out+: inside images taken for outside ones where 95 % of the outside "
                    + "ones are found; in+: outside images taken for inside ones where 95 % of the inside ones are kept. "
                    + "AP: average precision (sum of steps) of finding outside images."
            ]
        )
    }

    private func scores(
        _ own: ScoredSet,
        _ other: ScoredSet,
        among sets: [ScoredSet],
        _ sources: inout ComplexityImages
    ) throws -> [PairOfScores] {
        let (inside, outside) = (own.bitsPerDimension, other.bitsPerDimension)
        var scores = [PairOfScores(name: "likelihood", basis: "bpd", inside: inside, outside: outside)]
        scores.append(typicality(own, other, training: sources.training(of: own, among: sets)))
        scores += sources.corrected(own, other)
        scores += levels(own, other)
        scores += try ChangeScores(self, own, other).scores()
        return scores
    }

    /// |bpd − its mean|; the mean of the training images where the run has them.
    private func typicality(_ own: ScoredSet, _ other: ScoredSet, training: ScoredSet?) -> PairOfScores {
        let reference = training ?? own
        let mean = Sample(reference.bitsPerDimension).mean ?? .nan
        func distance(_ bpd: [Double]) -> [Double] { Typicality.distances(bpd, trainingMean: mean) }
        let whose = training == nil ? "\(own.cell.dataset)/\(own.cell.split) itself" : "its training images"
        return PairOfScores(
            name: "typicality",
            basis: "mean \(HumanText.fixed(mean, decimals: 4)) of \(whose)",
            inside: distance(own.bitsPerDimension),
            outside: distance(other.bitsPerDimension)
        )
    }

    /// |z| of each level's latents, and the largest: too much and too little are both strange.
    private func levels(_ own: ScoredSet, _ other: ScoredSet) -> [PairOfScores] {
        let (inside, outside) = (own.levels, other.levels)
        guard !inside.dimensions.isEmpty, inside.dimensions == outside.dimensions else { return [] }
        func distances(_ levels: [[Double]], _ index: Int) -> [Double] {
            Typicality.levelScores(quadratic: levels[index], dimensions: inside.dimensions[index]).map(abs)
        }
        func greatest(_ levels: [[Double]]) -> [Double] {
            Typicality.greatestLevelScores(quadratics: levels, dimensions: inside.dimensions, twoSided: true)
        }
        let single = inside.dimensions.indices.map { index in
            PairOfScores(
                name: "level z \(index + 1)",
                basis: "|z| of the \(inside.dimensions[index]) latents of level \(index + 1)",
                inside: distances(inside.quadratics, index),
                outside: distances(outside.quadratics, index)
            )
        }
        let all = PairOfScores(
            name: "level z max",
            basis: "largest |z| of \(counted(single.count, "level"))",
            inside: greatest(inside.quadratics),
            outside: greatest(outside.quadratics)
        )
        return single + [all]
    }

    private func row(
        _ scores: PairOfScores,
        _ own: ScoredSet,
        _ other: ScoredSet,
        _ draws: DrawsOfSets
    ) -> OODRow {
        let (inside, outside) = (scores.inside.filter(\.isFinite), scores.outside.filter(\.isFinite))
        var row = OODRow(
            model: own.cell.model,
            seed: own.cell.seed,
            conditioning: own.cell.conditioning,
            estimate: own.cell.estimate,
            inside: own.cell.dataset,
            outside: other.cell.dataset,
            split: own.cell.split,
            score: scores.name,
            basis: scores.basis,
            insideCount: inside.count,
            outsideCount: outside.count,
            nonFinite: scores.inside.count + scores.outside.count - inside.count - outside.count
        )
        guard let curve = ReceiverOperatingCharacteristic(positives: scores.outside, negatives: scores.inside) else {
            return row
        }
        row.area = curve.area
        row.interval = curve.interval(level: settings.level)
        row.averagePrecision = curve.averagePrecisionOut
        row.averagePrecisionInside = curve.averagePrecisionIn
        row.falsePositiveRateOutsidePositive = curve.falsePositiveRateOutlierPositive
        row.falsePositiveRateInsidePositive = curve.falsePositiveRateInlierPositive
        row.intervals = draws.intervals(curve, of: scores, level: settings.level)
        return row
    }
}

/// Who scored data sets: what their scores must share to be compared.
private struct Scorer: Hashable {
    var model: String
    var seed: UInt64
    var conditioning: Conditioning
    var estimate: LikelihoodEstimate

    init(_ cell: RunCell) {
        (model, seed) = (cell.model, cell.seed)
        (conditioning, estimate) = (cell.conditioning, cell.estimate)
    }
}
