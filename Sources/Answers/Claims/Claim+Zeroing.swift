// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Statistics
import Vocabulary

extension Claim {
    /// Latents set to zero make images likelier, the first factor most; of affine couplings the log-determinant hardly
    /// moves meanwhile.
    static let zeroing: [Claim] = [
        cells(
            "f1",
            "zeroing the first latents raises likelihood",
            { .below(-$0.smallestEffect) },
            needs: "a Glow under identity and zero-latents levels=1",
            of: { $0.traits.isGlow },
            under: [zeroing(1)]
        ),
        firstIsMost,
        determinantHardlyMoves,
    ]

    private static let firstIsMost = Claim(
        letter: "f2",
        statement: "the first factor counts most",
        quantity: "further Δ of level 2 − Δ of level 1, bpd",
        claimed: { _ in .above(0) },
        needs: "a Glow under identity and zero-latents levels=1 and levels=2"
    ) { reader in
        try reader.own.filter(\.traits.isGlow).compactMap { subject in
            guard let one = subject.cell(zeroing(1)), let two = subject.cell(zeroing(2)),
                let first = try reader.differences(one, of: subject),
                let both = try reader.differences(two, of: subject),
                let effect = reader.mean(zip(first, both).map { $1 - 2 * $0 }, of: subject)
            else { return nil }
            return ClaimFinding(
                subject: subject.subject,
                transform: "\(zeroing(1).brief) and 2",
                effect: effect,
                cells: [subject.identity, one, two]
            )
        }
    }

    private static let determinantHardlyMoves = Claim(
        letter: "g",
        statement: "an affine Glow's log-determinant varies little with x",
        quantity: "mean Δ of −logdet, bpd",
        claimed: { .within($0.smallestEffect) },
        needs: "an affine Glow under identity and zero-latents levels=1"
    ) { reader in
        try reader.own.filter { $0.traits.kind == .affineGlow }.compactMap { subject in
            guard let cell = subject.cell(zeroing(1)), let dimensions = subject.traits.dimensions else { return nil }
            var total = [Double](repeating: 0, count: subject.columns.indices.count)
            var level = 1
            while let moved = try reader.differences(cell, of: subject, column: "logdet.\(level)") {
                for (image, change) in moved.enumerated() { total[image] -= change / (Double(dimensions) * log(2)) }
                level += 1
            }
            return reader.mean(total, of: subject).map { effect in
                ClaimFinding(
                    subject: subject.subject,
                    transform: zeroing(1).brief,
                    effect: effect,
                    cells: [subject.identity, cell]
                )
            }
        }
    }
}
