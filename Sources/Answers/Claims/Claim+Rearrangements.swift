// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import ResultStore
import Statistics
import Vocabulary

/// The transformations that give 8-bit pixels other places and leave their values ("stirring" and "shaking").
enum Rearrangement: String, CaseIterable {
    case dihedral
    case patchShuffle = "patch-shuffle"

    /// Of which kind a cell's transformation is; nil for another.
    init?(_ cell: RunCell) { self.init(rawValue: cell.transform) }
}

extension Claim {
    /// Rearranged images are compared with images of equal PSNR, which Gaussian noise makes: between the two noisy cells
    /// whose PSNR are next to it, an image's change is taken to be linear in the PSNR.
    static let rearrangements = Claim(
        letter: "j",
        statement: "dihedral maps and patch shuffles raise a PixelCNN++'s BPD far more than their PSNR predicts",
        quantity: "mean Δ bpd beyond that of noise of equal PSNR",
        claimed: { .above($0.obviousEffect) },
        needs: "the images (--data), and a PixelCNN++ that sees them in their own size under identity, dihedral or "
            + "patch-shuffle, and Gaussian noise of scales on both sides of their PSNR (about 0.1 to 1)",
        isOfOneReading: true,
        measure: { reader in
            try reader.own.flatMap { subject -> [ClaimFinding] in
                // Images are not looked for, or even downloaded, for a model of which nothing can be said.
                let isRearranged = subject.transformed.contains { Rearrangement($0) != nil }
                guard subject.traits.kind == .pixelcnn, isRearranged else { return [] }
                // A preprocessed image is not known here: only what a model sees as it is has a PSNR.
                guard let images = reader.images(of: subject.identity),
                    subject.traits.dimensions == images.shape.count
                else { return [] }
                return try RearrangementReader(reader, subject, images).findings()
            }
        }
    )
}

/// Measures one model's changes by rearrangements beside those by noise.
private struct RearrangementReader {
    private let reader: ClaimsReader
    private let subject: ScoredSubject
    private let distortion: ImageDistortion

    /// Noisy cells that differ in scale alone.
    private struct NoiseCurve {
        /// Without its scale.
        var noise: Noise
        /// By ascending PSNR.
        var points: [(psnr: Double, cell: RunCell)]

        func contains(_ psnr: Double) -> Bool {
            guard points.count > 1, let least = points.first?.psnr, let most = points.last?.psnr else { return false }
            return least <= psnr && psnr <= most
        }
    }

    init(_ reader: ClaimsReader, _ subject: ScoredSubject, _ images: ImageDataset) {
        self.reader = reader
        self.subject = subject
        distortion = ImageDistortion(images, subject.columns.indices, seed: subject.subject.seed)
    }

    /// A finding for each kind of rearrangement and each way of adding noise whose range of PSNR it is in.
    func findings() throws -> [ClaimFinding] {
        let rearranged = subject.transformed.compactMap { cell in
            Rearrangement(cell).flatMap { kind in
                cell.transformSpec.map { (kind: kind, cell: cell, psnr: distortion.psnr($0)) }
            }
        }
        guard !rearranged.isEmpty else { return [] }
        return try curves.flatMap { curve in
            try Rearrangement.allCases.compactMap { kind in
                let cells = rearranged.filter { $0.kind == kind && curve.contains($0.psnr) }
                return try finding(kind, cells.map { ($0.psnr, $0.cell) }, curve)
            }
        }
    }

    private var curves: [NoiseCurve] {
        var curves: [NoiseCurve] = []
        for cell in subject.transformed {
            guard let spec = cell.transformSpec, var noise = spec.as(Noise.self), noise.kind == .gaussian,
                noise.mask == .none, noise.scale > 0
            else { continue }
            noise.scale = 0
            let place = curves.firstIndex { $0.noise == noise } ?? curves.count
            if place == curves.count { curves.append(NoiseCurve(noise: noise, points: [])) }
            curves[place].points.append((distortion.psnr(spec), cell))
        }
        return curves.map { NoiseCurve(noise: $0.noise, points: $0.points.sorted { $0.psnr < $1.psnr }) }
    }

    private func finding(
        _ kind: Rearrangement,
        _ cells: [(psnr: Double, cell: RunCell)],
        _ curve: NoiseCurve
    ) throws -> ClaimFinding? {
        guard let least = cells.map(\.psnr).min(), let most = cells.map(\.psnr).max() else { return nil }
        var sums = subject.columns.indices.map { _ in 0.0 }
        for (psnr, cell) in cells {
            let moved = try changes(cell)
            let expected = try expectation(at: psnr, curve)
            for image in sums.indices { sums[image] += (moved[image] - expected[image]) / Double(cells.count) }
        }
        guard let effect = reader.mean(sums, of: subject) else { return nil }
        let range = "\(decibels(least)) to \(decibels(most)) dB"
        let noise = TransformSpec.noise(curve.noise).brief.split(separator: " ").filter { $0 != "scale=0" }
        return ClaimFinding(
            subject: subject.subject,
            transform: "\(kind.rawValue) (\(counted(cells.count, "cell")), \(range)) against "
                + noise.joined(separator: " "),
            effect: effect,
            cells: [subject.identity] + cells.map(\.cell) + curve.points.map(\.cell)
        )
    }

    /// What noise of that PSNR does to each image.
    private func expectation(at psnr: Double, _ curve: NoiseCurve) throws -> [Double] {
        let upper = max(1, curve.points.firstIndex { $0.psnr >= psnr } ?? curve.points.count - 1)
        let (below, above) = (curve.points[upper - 1], curve.points[upper])
        let share = above.psnr > below.psnr ? (psnr - below.psnr) / (above.psnr - below.psnr) : 0
        return zip(try changes(below.cell), try changes(above.cell)).map { $0 + share * ($1 - $0) }
    }

    private func changes(_ cell: RunCell) throws -> [Double] {
        try reader.differences(cell, of: subject) ?? subject.columns.indices.map { _ in .nan }
    }

    private func decibels(_ psnr: Double) -> String { String((psnr * 10).rounded() / 10) }
}
