// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import SweepPlan
import Transforms

/// A model in memory, and how a portion of images becomes columns with it.
struct LoadedModel: Sendable {
    let facts: ModelFacts
    private let glow: Glow

    init(_ checkpoint: Checkpoint, kernels: KernelSet, pool: WorkPool) throws {
        facts = checkpoint.facts
        glow = try Glow(checkpoint, kernels: kernels, pool: pool)
    }

    /// The columns of `portion`'s images; `bpd` first.
    func score(_ portion: ShardInputs.Portion, under spec: ShardSpec) throws(EngineError) -> [ResultTable.Column] {
        let labels = spec.model.conditioning == .label ? portion.labels : nil
        do {
            guard case .zeroLatents(let zeroing) = spec.transform else {
                return try glow.score(portion.values, labels: labels).columns + clamped(portion.clamped, spec.transform)
            }
            let factors = try zeroing.multipliers(levels: facts.levels)
            let decoded = try glow.decode(glow.encode(portion.values, labels: labels), scaling: factors)
            let (images, counts) = rescored(decoded, zeroing, portion.draws)
            return try glow.score(images, labels: labels).columns + clamped(counts, spec.transform)
        } catch {
            throw .unfit("\(error)")
        }
    }

    /// The decoded images as they are scored, and per image how many values were clamped.
    private func rescored(_ decoded: [Float], _ zeroing: LatentZeroing, _ draws: [ImageDraws]) -> ([Float], [Int]) {
        let size = facts.height * facts.width * facts.channels
        var images: [Float] = []
        var counts: [Int] = []
        images.reserveCapacity(decoded.count)
        for (position, draws) in draws.enumerated() {
            let image = Array(decoded[position * size..<(position + 1) * size])
            let (values, clamped) = zeroing.rescored(image, draws: draws)
            images += values
            counts.append(clamped)
        }
        return (images, counts)
    }

    /// The column that says how many values of each image were clamped; none for transformations that never clamp.
    private func clamped(_ counts: [Int], _ transform: TransformSpec) -> [ResultTable.Column] {
        guard transform.clamps else { return [] }
        return [ResultTable.Column(name: "clamped", values: counts.map { Float($0) })]
    }
}

extension TransformSpec {
    /// Whether the transformation may clamp pixels.
    fileprivate var clamps: Bool {
        switch self {
        case .identity, .translate: false
        case .noise(let noise): noise.clamp || noise.requantise
        case .zeroLatents(let zeroing): zeroing.clamp || zeroing.requantise
        }
    }
}
