// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension Glow {
    /// The images whose latents are those of `encoding` times `factors`, one factor per level (paper, Algorithm 1).
    ///
    /// Only the levels up to the deepest with a factor other than 1 are run back; the state behind it is the forward
    /// pass's own. With all factors 1 the images come back bit for bit. Zeroing the first k levels is k zeros and then
    /// ones.
    ///
    /// - Returns: (images, rows, columns, channels), neither clamped nor rounded to levels.
    public func decode(_ encoding: GlowEncoding, scaling factors: [Float]) -> [Float] {
        let levels = configuration.levels
        precondition(encoding.configuration == configuration, "the encoding is another model's")
        precondition(factors.count == levels, "\(factors.count) factors for \(levels) levels")
        // NaN is not 1: it reaches the image.
        let deepest = (factors.lastIndex { $0 != 1 } ?? -1) + 1
        return reversed(encoding, factors, from: deepest)
    }

    /// The images of the given standardised latents: the inverse of ``encode(_:labels:)``.
    ///
    /// - Parameters:
    ///   - latents: One array per level, (images, H, W, C) as in ``GlowEncoding/latents(level:)``.
    ///   - labels: One class per image; nil means class 0 unless the model has no classes.
    /// - Returns: (images, rows, columns, channels).
    /// - Throws: ``GlowInputError`` when sizes or labels do not fit.
    public func reverse(latents: [[Float]], labels: [Int]?) throws(GlowInputError) -> [Float] {
        let first = configuration.latentExtent(level: 1).count
        let count = (latents.first?.count ?? 0) / first
        try check(labels, count)
        guard latents.count == configuration.levels else {
            throw .levelCount(latents.count, levels: configuration.levels)
        }
        var encoding = GlowEncoding(configuration, images: count)
        if let labels, configuration.classes > 0 { encoding.classes = labels }
        for (index, values) in latents.enumerated() {
            let expected = count * configuration.latentExtent(level: index + 1).count
            guard values.count == expected else {
                throw .latentCount(values.count, level: index + 1, expected: expected)
            }
            encoding.latents(level: index + 1, 0..<count).buffer.copy(values)
        }
        return reversed(encoding, [Float](repeating: 1, count: configuration.levels), from: configuration.levels)
    }

    /// Images drawn from the model.
    ///
    /// - Parameters:
    ///   - labels: The class of each image; its count is the number of images, its values are ignored by a model
    ///     without classes.
    ///   - temperature: Factor of the latents' standard deviation; 1 samples the model itself.
    ///   - seed: With the image's index it decides the image.
    ///   - firstIndex: Index of the first image.
    /// - Returns: (images, rows, columns, channels).
    /// - Throws: ``GlowInputError`` when a label is no class of the model.
    public func sample(
        labels: [Int],
        temperature: Float = 1,
        seed: UInt64,
        firstIndex: UInt64 = 0
    ) throws(GlowInputError) -> [Float] {
        try check(labels, labels.count)
        var encoding = GlowEncoding(configuration, images: labels.count)
        if configuration.classes > 0 { encoding.classes = labels }
        for image in labels.indices {
            let stream = RandomStream(seed: seed, purpose: .sampling, index: firstIndex &+ UInt64(image))
            var drawn = stream.gaussians(configuration.dimensions, kernels)[...]
            for level in 1...configuration.levels {
                let count = configuration.latentExtent(level: level).count
                let view = encoding.latents(level: level, image..<image + 1)
                view.buffer.copy(Array(drawn.prefix(count)), at: view.offset)
                drawn = drawn.dropFirst(count)
            }
        }
        let factors = [Float](repeating: temperature, count: configuration.levels)
        return reversed(encoding, factors, from: configuration.levels)
    }

    /// Runs the levels `deepest`…1 back; 0 leaves the images as they were.
    private func reversed(_ encoding: GlowEncoding, _ factors: [Float], from deepest: Int) -> [Float] {
        let images = AlignedBuffer(count: encoding.count * configuration.dimensions)
        let pixels = configuration.height * configuration.width
        let all = RowView(images, rows: encoding.count * pixels, channels: configuration.channels)
        forEachChunk(encoding.count) { range, arena in
            let output = all.rows(range.lowerBound * pixels..<range.upperBound * pixels)
            let workspace = arena.workspace
            guard deepest > 0 else {
                return workspace.alone { levels[0].squeeze.reverse(output, encoding.input(level: 1, range)) }
            }
            workspace.alone { fill(level: deepest, from: encoding, range, arena) }
            for number in stride(from: deepest, through: 1, by: -1) {
                complete(level: number, encoding, range, factors[number - 1], arena)
                let level = levels[number - 1]
                level.reverse(images: range.count, &arena)
                let state = arena.front(rows: range.count * level.extent.pixels, channels: level.extent.channels)
                arena.swap()
                let target = number == 1 ? output : kept(level: number - 1, range.count, arena)
                workspace.alone { level.squeeze.reverse(target, state) }
            }
        }
        return images.elements
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
        _ factor: Float,
        _ arena: GlowArena
    ) {
        let level = levels[number - 1]
        let z = arena.front(rows: range.count * level.extent.pixels, channels: level.extent.channels)
        let latents = encoding.latents(level: number, range)
        if let split = level.split {
            split.reverse(z, latents, factor: factor, arena.workspace)
        } else {
            arena.workspace.alone {
                top.reverse(z, latents, factor: factor, classes: Array(encoding.classes[range]), arena.workspace)
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
