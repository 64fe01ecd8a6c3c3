// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of a Glow, and the way of a few images through them and back, in one arena's memory.
struct GlowNetwork: Sendable {
    let configuration: GlowConfiguration
    let levels: [GlowLevel]
    private let top: TopPrior

    /// The layers of `checkpoint`, for images of the configuration's size.
    init(_ checkpoint: Checkpoint, _ configuration: GlowConfiguration) throws(CheckpointError) {
        var levels: [GlowLevel] = []
        for level in 1...configuration.levels {
            levels.append(try GlowLevel(checkpoint, configuration, level: level))
        }
        self.configuration = configuration
        self.levels = levels
        top = TopPrior(checkpoint.parameters.scope(GlowLayout.topPrior), configuration.topPrior)
    }

    /// The memory a call needs.
    var demand: Workspace.Demand { levels.reduce(Workspace.Demand()) { $0.union($1.demand) } }

    /// Runs the images of `range`, writing their latents and the levels' inputs into `encoding`.
    ///
    /// - Parameters:
    ///   - images: Those of `range`, (images, H, W, C).
    ///   - range: Which of the encoding's images they are.
    ///   - encoding: Takes what the levels put out.
    ///   - classes: The images' classes; nil to mix all.
    ///   - arena: The thread's.
    /// - Returns: The images' likelihood terms.
    func forward(
        _ images: RowView,
        _ range: Range<Int>,
        into encoding: GlowEncoding,
        classes: [Int]?,
        _ arena: inout GlowArena
    ) -> GlowTerms {
        var terms = GlowTerms(levels, images: range.count)
        var state = images
        for (index, level) in levels.enumerated() {
            let input = encoding.input(level: index + 1, range)
            arena.workspace.alone { level.squeeze.forward(input, state) }
            level.forward(&terms.logDeterminant[index], input, &arena)
            let z = arena.front(rows: input.rows, channels: level.extent.channels)
            let latents = encoding.latents(level: index + 1, range)
            if let split = level.split {
                split.forward(latents, &terms.prior[index], z, arena.workspace)
                state = z.channels(0..<level.extent.channels / 2)
            } else {
                arena.workspace.alone {
                    if let classes { terms.classes = classes } else { mix(latents, z, &terms, arena) }
                    top.forward(latents, &terms.prior[index], z, classes: terms.classes, arena.workspace)
                }
            }
        }
        return terms
    }

    /// Finds each image's likeliest class and what mixing all classes costs over it; `latents` is overwritten.
    private func mix(_ latents: RowView, _ z: RowView, _ terms: inout GlowTerms, _ arena: GlowArena) {
        let images = terms.classes.count
        var logLikelihoods = [[Double]](repeating: [], count: images)
        var prior = PriorTerms(images: images)
        for label in 0..<configuration.classes {
            let classes = [Int](repeating: label, count: images)
            top.forward(latents, &prior, z, classes: classes, arena.workspace)
            for image in 0..<images { logLikelihoods[image].append(-prior.quadratic[image] - prior.logScale[image]) }
        }
        for image in 0..<images {
            let mixture = ClassMixture(logLikelihoods[image])
            terms.classes[image] = mixture.likeliest
            terms.mixture[image] = mixture.cost
        }
    }

    /// Runs the levels `deepest`…1 back for the images of `range`; 0 leaves the images as they were.
    ///
    /// - Parameters:
    ///   - output: The images, (images, H, W, C).
    ///   - encoding: Holds their latents, and the levels' inputs.
    ///   - range: Which of the encoding's images they are.
    ///   - factors: What each level's latents are multiplied by.
    ///   - deepest: The level to begin with.
    ///   - arena: The thread's.
    func reverse(
        _ output: RowView,
        _ encoding: GlowEncoding,
        _ range: Range<Int>,
        scaling factors: [LatentFactors],
        from deepest: Int,
        _ arena: inout GlowArena
    ) {
        let workspace = arena.workspace
        guard deepest > 0 else {
            return workspace.alone { levels[0].squeeze.reverse(output, encoding.input(level: 1, range)) }
        }
        workspace.alone { fill(level: deepest, from: encoding, range, arena) }
        for number in stride(from: deepest, through: 1, by: -1) {
            complete(level: number, encoding, range, factors: factors[number - 1], arena)
            let level = levels[number - 1]
            level.reverse(images: range.count, &arena)
            let state = arena.front(rows: range.count * level.extent.pixels, channels: level.extent.channels)
            arena.swap()
            let target = number == 1 ? output : kept(level: number - 1, range.count, arena)
            workspace.alone { level.squeeze.reverse(target, state) }
        }
    }

    /// Puts the kept half of `level`'s result into the arena, as the forward pass left it for the next level.
    private func fill(level: Int, from encoding: GlowEncoding, _ range: Range<Int>, _ arena: GlowArena) {
        guard level < configuration.levels else { return }
        levels[level].squeeze.reverse(kept(level: level, range.count, arena), encoding.input(level: level + 1, range))
    }

    /// Puts the half that `level` factored out, or all of the last level, beside it.
    private func complete(
        level number: Int,
        _ encoding: GlowEncoding,
        _ range: Range<Int>,
        factors: LatentFactors,
        _ arena: GlowArena
    ) {
        let level = levels[number - 1]
        let z = arena.front(rows: range.count * level.extent.pixels, channels: level.extent.channels)
        let latents = encoding.latents(level: number, range)
        if let split = level.split {
            split.reverse(z, latents, factors: factors, arena.workspace)
        } else {
            arena.workspace.alone {
                top.reverse(z, latents, factors: factors, classes: Array(encoding.classes[range]), arena.workspace)
            }
        }
    }

    /// The half of `level`'s channels that goes on to the next level, in the arena's front buffer.
    private func kept(level: Int, _ images: Int, _ arena: GlowArena) -> RowView {
        let extent = levels[level - 1].extent
        return arena.front(rows: images * extent.pixels, channels: extent.channels)
            .channels(0..<extent.channels / 2)
    }
}
