// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

extension Claim {
    /// Background of the paper: the wrong data set may be the likelier one.
    static let preference = Claim(
        letter: "i",
        statement: "a Fashion-trained Glow gives MNIST lower BPD",
        quantity: "AUROC of bpd, MNIST outside",
        claimed: { _ in .below(0.5) },
        needs: "a Glow with 'fashion' in its name that scored Fashion-MNIST and MNIST under identity",
        isOfOneReading: true
    ) { reader in
        pairs(reader).filter { $0.fashion.traits.isGlow }.compactMap { pair in
            finding(
                reader,
                pair,
                inside: (pair.fashion.columns["bpd"] ?? []).map(Double.init),
                outside: (pair.mnist.columns["bpd"] ?? []).map(Double.init),
                transform: "identity",
                cells: [pair.fashion.identity, pair.mnist.identity]
            )
        }
    }

    /// Claims of newer work.
    static let newer: [Claim] = [
        rearrangements,
        Claim(
            letter: "k1",
            statement: "BPD does not tell MNIST from Fashion-MNIST",
            quantity: "AUROC of bpd, MNIST outside",
            claimed: { _ in .below(0.5) },
            needs: "a model with 'fashion' in its name that scored both data sets under identity",
            isOfOneReading: true
        ) { reader in
            pairs(reader).compactMap { pair in
                finding(
                    reader,
                    pair,
                    inside: (pair.fashion.columns["bpd"] ?? []).map(Double.init),
                    outside: (pair.mnist.columns["bpd"] ?? []).map(Double.init),
                    transform: "identity",
                    cells: [pair.fashion.identity, pair.mnist.identity]
                )
            }
        },
        Claim(
            letter: "k2",
            statement: "stirring and shaking do: by the mean fall of log p under dihedral maps and patch shuffles",
            quantity: "AUROC of −mean Δ bpd, MNIST outside",
            claimed: { _ in .above(0.9) },
            needs: "the same, and dihedral maps or patch shuffles that it scored both under",
            isOfOneReading: true,
            measure: meanChange
        ),
        shiftIsFlat,
        noisePeaks,
    ]

    /// A model trained on Fashion-MNIST, and both data sets scored by it.
    private struct Pair {
        var fashion: ScoredSubject
        var mnist: ScoredSubject
    }

    private static func pairs(_ reader: ClaimsReader) -> [Pair] {
        reader.subjects.filter { subject in
            subject.traits.kind != .classifier && reader.isFashionTrained(subject.subject)
                && reader.isBuiltin("fashion-mnist", subject.subject)
        }.flatMap { fashion in
            reader.subjects.filter { other in
                other.subject.model == fashion.subject.model && other.subject.seed == fashion.subject.seed
                    && other.subject.conditioning == fashion.subject.conditioning
                    && reader.isBuiltin("mnist", other.subject)
            }.map { Pair(fashion: fashion, mnist: $0) }
        }
    }

    private static func finding(
        _ reader: ClaimsReader,
        _ pair: Pair,
        inside: [Double],
        outside: [Double],
        transform: String,
        cells: [RunCell]
    ) -> ClaimFinding? {
        guard let curve = ReceiverOperatingCharacteristic(positives: outside, negatives: inside) else { return nil }
        return ClaimFinding(
            subject: pair.fashion.subject,
            transform: transform,
            effect: MeasuredEffect(
                estimate: curve.area,
                standardError: (curve.variance ?? 0).squareRoot(),
                interval: curve.interval(level: reader.answers.settings.level)
            ),
            cells: cells
        )
    }

    @Sendable private static func meanChange(_ reader: ClaimsReader) throws -> [ClaimFinding] {
        try pairs(reader).compactMap { pair in
            let others = Dictionary(pair.mnist.transformed.map { ($0.briefTransform, $0) }) { first, _ in first }
            let shared = pair.fashion.transformed.filter { Rearrangement($0) != nil }.compactMap { cell in
                others[cell.briefTransform].map { (fashion: cell, mnist: $0) }
            }
            guard !shared.isEmpty else { return nil }
            return finding(
                reader,
                pair,
                inside: try mean(shared.map(\.fashion), of: pair.fashion, reader).map { -$0 },
                outside: try mean(shared.map(\.mnist), of: pair.mnist, reader).map { -$0 },
                transform: shared.map(\.fashion.briefTransform).joined(separator: ", "),
                cells: [pair.fashion.identity, pair.mnist.identity] + shared.flatMap { [$0.fashion, $0.mnist] }
            )
        }
    }

    /// The mean difference of each image over cells; not a number where one of them lacks the image.
    private static func mean(
        _ cells: [RunCell],
        of subject: ScoredSubject,
        _ reader: ClaimsReader
    ) throws -> [Double] {
        var sums = [Double](repeating: 0, count: subject.columns.indices.count)
        for cell in cells {
            let differences = try reader.differences(cell, of: subject) ?? sums.map { _ in .nan }
            for (image, difference) in differences.enumerated() { sums[image] += difference / Double(cells.count) }
        }
        return sums
    }

    /// How far level scores may lie apart and still be called flat: one standard deviation of a level's z.
    private static let flat = 1.0

    private static let shiftIsFlat = levels(
        "l1",
        "per-level z of a Glow is flat for a shift by 2 pixels",
        quantity: "largest − smallest mean Δz of the levels",
        { _ in .below(flat) },
        under: left[1]
    ) { means in (means.max() ?? .nan) - (means.min() ?? .nan) }

    private static let noisePeaks = levels(
        "l2",
        "per-level z of a Glow peaks at level 1 for noise",
        quantity: "mean Δz of level 1 − largest of the others",
        { _ in .above(0) },
        under: paperNoise
    ) { means in means[0] - (means.dropFirst().max() ?? .nan) }

    /// A claim about the mean change of each level's z, from level 1.
    private static func levels(
        _ letter: String,
        _ statement: String,
        quantity: String,
        _ claimed: @escaping @Sendable (AnswerSettings) -> Assertion,
        under transform: TransformSpec,
        _ figure: @escaping @Sendable ([Double]) -> Double
    ) -> Claim {
        Claim(
            letter: letter,
            statement: statement,
            quantity: quantity,
            claimed: claimed,
            needs: "a Glow of two levels or more under identity and \(transform.brief)"
        ) { reader in
            try reader.own.filter(\.traits.isGlow).compactMap { subject in
                guard let cell = subject.cell(transform) else { return nil }
                let means = try levelChanges(cell, of: subject, reader)
                guard means.count > 1 else { return nil }
                let statistic = ResampledStatistic(
                    estimate: figure(means.map(\.estimate)),
                    replicates: means[0].replicates.indices.map { replicate in
                        figure(means.map { $0.replicates[replicate] })
                    }
                )
                return ClaimFinding(
                    subject: subject.subject,
                    transform: transform.brief,
                    effect: MeasuredEffect(statistic, level: reader.answers.settings.level),
                    cells: [subject.identity, cell]
                )
            }
        }
    }

    /// The mean change of each level's z: that of twice the level's quadratic term over √(2·Dᵢ).
    private static func levelChanges(
        _ cell: RunCell,
        of subject: ScoredSubject,
        _ reader: ClaimsReader
    ) throws -> [ResampledStatistic] {
        let levels = subject.columns.values.keys.count { $0.hasPrefix("quadratic.") }
        guard let dimensions = subject.traits.dimensions, levels > 0 else { return [] }
        let latents = Typicality.levelDimensions(of: dimensions, levels: levels)
        return try (1...levels).compactMap { level in
            try reader.differences(cell, of: subject, column: "quadratic.\(level)").flatMap { differences in
                let scale = 2 / Double(2 * latents[level - 1]).squareRoot()
                return subject.bootstrap.means(of: differences.map { $0 * scale }).overall
            }
        }
    }
}
