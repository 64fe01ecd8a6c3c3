// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

extension Claim {
    /// Noise of the paper's size: catastrophic, for a PixelCNN++ more than for a Glow, and about as bad on the background
    /// alone.
    static let noise: [Claim] = [
        cells(
            "d1",
            "noise of 0.001 is catastrophic",
            { .above($0.obviousEffect) },
            needs: "a Glow or PixelCNN++ under identity and noise scale=0.001",
            of: { $0.traits.isGlow || $0.traits.kind == .pixelcnn },
            under: [paperNoise]
        ),
        pixelcnnIsWorse,
        backgroundIsAsBad,
    ]

    private static let pixelcnnIsWorse = Claim(
        letter: "d2",
        statement: "noise is worse for a PixelCNN++ than for a Glow",
        quantity: "PixelCNN++'s − Glow's mean Δ bpd",
        claimed: { _ in .above(0) },
        needs: "a Glow and a PixelCNN++ of one data set under identity and noise scale=0.001"
    ) { reader in
        let sides = try reader.own.compactMap { subject -> (ScoredSubject, RunCell, ResampledStatistic)? in
            guard let cell = subject.cell(paperNoise), subject.traits.isGlow || subject.traits.kind == .pixelcnn,
                let differences = try reader.differences(cell, of: subject),
                let mean = subject.bootstrap.means(of: differences).overall
            else { return nil }
            return (subject, cell, mean)
        }
        return sides.filter { $0.0.traits.kind == .pixelcnn }.flatMap { pixelcnn in
            sides.filter { glow in
                // The same images, drawn alike in each replicate; models of other images are no match for either.
                glow.0.traits.isGlow && glow.0.columns.indices == pixelcnn.0.columns.indices
                    && Subject.isComparable(glow.0.subject, pixelcnn.0.subject)
            }.map { glow in
                let difference = ResampledStatistic(
                    estimate: pixelcnn.2.estimate - glow.2.estimate,
                    replicates: zip(pixelcnn.2.replicates, glow.2.replicates).map { $0 - $1 }
                )
                return ClaimFinding(
                    subject: pixelcnn.0.subject,
                    transform: "\(paperNoise.brief) against \(glow.0.subject.model)",
                    effect: MeasuredEffect(difference, level: reader.answers.settings.level),
                    cells: [pixelcnn.0.identity, pixelcnn.1, glow.0.identity, glow.1]
                )
            }
        }
    }

    /// The share of the full effect that counts as about as bad.
    private static let aboutAsBad = 0.8

    private static let backgroundIsAsBad = Claim(
        letter: "e",
        statement: "noise on the background alone is about as bad",
        quantity: "mean Δ bpd, background / all",
        claimed: { _ in .above(aboutAsBad) },
        needs: "a Glow or PixelCNN++ under identity and noise scale=0.001, with mask=none and mask=background"
    ) { reader in
        try reader.own.filter { $0.traits.isGlow || $0.traits.kind == .pixelcnn }.compactMap { subject in
            guard let all = subject.cell(paperNoise), let masked = subject.cell(backgroundNoise),
                let whole = try reader.differences(all, of: subject),
                let part = try reader.differences(masked, of: subject),
                let ratio = subject.bootstrap.ratio(of: part, to: whole)
            else { return nil }
            return ClaimFinding(
                subject: subject.subject,
                transform: "\(backgroundNoise.brief) / \(paperNoise.brief)",
                effect: MeasuredEffect(ratio, level: reader.answers.settings.level),
                cells: [subject.identity, all, masked]
            )
        }
    }
}

extension Subject {
    /// Whether both are about the same images with the same draws, whatever the model.
    static func isComparable(_ one: Subject, _ other: Subject) -> Bool {
        one.dataset == other.dataset && one.split == other.split && one.seed == other.seed
    }
}
