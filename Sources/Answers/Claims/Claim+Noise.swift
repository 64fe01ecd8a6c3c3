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
        let sides = try reader.own.compactMap { subject -> (subject: ScoredSubject, cell: RunCell, moved: [Double])? in
            guard let cell = subject.cell(paperNoise), subject.traits.isGlow || subject.traits.kind == .pixelcnn,
                let differences = try reader.differences(cell, of: subject)
            else { return nil }
            return (subject, cell, differences)
        }
        return sides.filter { $0.subject.traits.kind == .pixelcnn }.flatMap { pixelcnn in
            sides.compactMap { glow -> ClaimFinding? in
                guard glow.subject.traits.isGlow,
                    Subject.isComparable(glow.subject.subject, pixelcnn.subject.subject),
                    // One of them may have scored more images: those that both have are drawn alike in each replicate.
                    let difference = pixelcnn.subject.bootstrap.difference(
                        of: pixelcnn.moved,
                        and: glow.subject.columns.values(glow.moved, at: pixelcnn.subject.columns.indices)
                    )
                else { return nil }
                return ClaimFinding(
                    subject: pixelcnn.subject.subject,
                    transform: "\(paperNoise.brief) against \(glow.subject.subject.model)",
                    effect: MeasuredEffect(difference, level: reader.answers.settings.level),
                    cells: [pixelcnn.subject.identity, pixelcnn.cell, glow.subject.identity, glow.cell],
                    rival: glow.subject.identity
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
    /// Whether both are about the same images with the same draws and the same kind of likelihood, whatever the model.
    static func isComparable(_ one: Subject, _ other: Subject) -> Bool {
        one.dataset == other.dataset && one.split == other.split && one.seed == other.seed
            && one.conditioning == other.conditioning && one.estimate.kind == other.estimate.kind
    }
}

extension StratifiedBootstrap {
    /// The difference of the means of two columns, from the images where both are finite; nil where there are none.
    fileprivate func difference(of one: [Double], and other: [Double]) -> ResampledStatistic? {
        func mean(_ values: [Double], where other: [Double]) -> ResampledStatistic? {
            means(of: zip(values, other).map { $1.isFinite ? $0 : .nan }).overall
        }
        guard let first = mean(one, where: other), let second = mean(other, where: one) else { return nil }
        return ResampledStatistic(
            estimate: first.estimate - second.estimate,
            replicates: zip(first.replicates, second.replicates).map { $0 - $1 }
        )
    }
}

extension CellColumns {
    /// Of values, one for each image here, those of the images `indices`; not a number for an image that is not here.
    fileprivate func values(_ values: [Double], at indices: [UInt32]) -> [Double] {
        if indices == self.indices { return values }
        let known = Dictionary(zip(self.indices, values)) { first, _ in first }
        return indices.map { known[$0] ?? .nan }
    }
}
