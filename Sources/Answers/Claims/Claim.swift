// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// What a claim's measurement gave for one model, data set and seed.
struct ClaimFinding {
    var subject: Subject
    /// The transformations, in words.
    var transform: String
    var effect: MeasuredEffect
    var cells: [RunCell]
    /// The untransformed cell of the model that `subject` is measured against, whose name ends `transform`; nil where it is
    /// measured by itself.
    var rival: RunCell?
}

/// A claim that runs can be asked about.
struct Claim: Sendable {
    let letter: String
    let statement: String
    /// What the effect is, with its unit.
    let quantity: String
    /// What is claimed of the effect.
    let claimed: @Sendable (AnswerSettings) -> Assertion
    /// What a run must have for it to be measured.
    let needs: String
    /// Whether it is about images as they are, or about all transformations together: then it has one reading.
    var isOfOneReading = false
    /// Measures it wherever that can be done.
    let measure: @Sendable (ClaimsReader) throws -> [ClaimFinding]

    /// A row of what was measured, not decided yet.
    func row(_ finding: ClaimFinding, _ settings: AnswerSettings) -> ClaimRow {
        ClaimRow(
            claim: letter,
            statement: statement,
            model: finding.subject.model,
            dataset: finding.subject.dataset,
            seed: finding.subject.seed,
            transform: finding.transform,
            criterion: "\(quantity) \(claimed(settings).words)",
            state: .undecided,
            effect: finding.effect.estimate,
            interval: finding.effect.interval,
            cells: finding.cells.map(\.id),
            reason: ""
        )
    }

    /// The row of a claim that nothing of the run is about.
    func unmeasured(_ settings: AnswerSettings) -> ClaimRow {
        ClaimRow(
            claim: letter,
            statement: statement,
            criterion: "\(quantity) \(claimed(settings).words)",
            state: .notMeasured,
            cells: [],
            reason: "needs \(needs)"
        )
    }
}

extension Claim {
    /// All claims, by letter.
    static let all: [Claim] = translations + [lowestClass] + noise + zeroing + [classifier, preference] + newer

    /// A claim about the mean difference of single cells.
    static func cells(
        _ letter: String,
        _ statement: String,
        quantity: String = "mean Δ bpd",
        _ claimed: @escaping @Sendable (AnswerSettings) -> Assertion,
        needs: String,
        column: String = "bpd",
        of isAbout: @escaping @Sendable (ScoredSubject) -> Bool,
        under transforms: [TransformSpec]
    ) -> Claim {
        Claim(letter: letter, statement: statement, quantity: quantity, claimed: claimed, needs: needs) { reader in
            try reader.own.filter(isAbout).flatMap { subject in
                try transforms.compactMap { transform -> ClaimFinding? in
                    guard let cell = subject.cell(transform),
                        let differences = try reader.differences(cell, of: subject, column: column),
                        let effect = reader.mean(differences, of: subject)
                    else { return nil }
                    return ClaimFinding(
                        subject: subject.subject,
                        transform: transform.brief,
                        effect: effect,
                        cells: [subject.identity, cell]
                    )
                }
            }
        }
    }

    static let left = [-1, -2].map { TransformSpec.translate(Translation(dx: $0)) }
    static let paperNoise = TransformSpec.noise(Noise(scale: 1e-3))
    static let backgroundNoise = TransformSpec.noise(Noise(scale: 1e-3, mask: .background))
    static func zeroing(_ levels: Int) -> TransformSpec { .zeroLatents(LatentZeroing(levels: .first(levels))) }

    /// Numbers of a 28×28 image, which a PixelCNN++ sees as it is.
    private static let ownSize = 784

    private static let translations: [Claim] = [
        cells(
            "a1",
            "1 or 2 pixels to the left raise a Glow's BPD obviously",
            { .above($0.obviousEffect) },
            needs: "a Glow under identity and translate dx=-1 or dx=-2",
            of: { $0.traits.isGlow },
            under: left
        ),
        cells(
            "a2",
            "a PixelCNN++ of 28×28 images is robust to 1 or 2 pixels",
            { .within($0.smallestEffect) },
            needs: "a PixelCNN++ of 28×28 under identity and translate dx=-1 or dx=-2",
            of: { $0.traits.kind == .pixelcnn && $0.traits.dimensions == ownSize },
            under: left
        ),
        cells(
            "b",
            "a PixelCNN++ of resized images is hurt by translation, too",
            { .above($0.smallestEffect) },
            needs: "a PixelCNN++ of 32×32 under identity and translate dx=-1 or dx=-2",
            of: { $0.traits.kind == .pixelcnn && ($0.traits.dimensions ?? 0) > ownSize },
            under: left
        ),
    ]

    private static let lowestClass = Claim(
        letter: "c",
        statement: "digit 1 has the lowest BPD of all classes of MNIST",
        quantity: "lowest other class − class 1, bpd",
        claimed: { _ in .above(0) },
        needs: "a model of images of MNIST under identity",
        isOfOneReading: true
    ) { reader in
        reader.own.filter { $0.traits.kind != .classifier && reader.isBuiltin("mnist", $0.subject) }
            .compactMap { subject -> ClaimFinding? in
                let means = subject.bootstrap.means(of: (subject.columns["bpd"] ?? []).map(Double.init))
                let others = subject.bootstrap.labels.filter { $0 != 1 }.compactMap { means[$0] }
                guard let own = means[1], !others.isEmpty else { return nil }
                let gap = ResampledStatistic(
                    estimate: (others.map(\.estimate).min() ?? .nan) - own.estimate,
                    replicates: own.replicates.indices.map { replicate in
                        (others.map { $0.replicates[replicate] }.min() ?? .nan) - own.replicates[replicate]
                    }
                )
                return ClaimFinding(
                    subject: subject.subject,
                    transform: "identity",
                    effect: MeasuredEffect(gap, level: reader.answers.settings.level),
                    cells: [subject.identity]
                )
            }
    }

    private static let classifier = cells(
        "h",
        "a classifier is barely affected",
        quantity: "mean Δ accuracy",
        { .within($0.smallestEffect) },
        needs: "a classifier under identity and translate dx=-1 or noise scale=0.001",
        column: "correct",
        of: { $0.traits.kind == .classifier },
        under: [left[0], paperNoise]
    )
}
