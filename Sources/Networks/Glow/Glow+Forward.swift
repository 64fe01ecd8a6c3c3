// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

extension Glow {
    /// The likelihood of every image.
    ///
    /// - Parameters:
    ///   - images: (images, rows, columns, channels), dequantised, in [-0.5, 0.5).
    ///   - labels: One class per image for −log p(x|y); nil for −log of the mean over classes of p(x|y). A model
    ///     without classes ignores them.
    /// - Returns: The scores, in the order of the images.
    /// - Throws: ``GlowInputError`` when sizes or labels do not fit.
    public func score(_ images: [Float], labels: [Int]? = nil) throws(GlowInputError) -> GlowScores {
        let count = try checked(images, labels)
        var scores = GlowScores(configuration: configuration, images: 0)
        // 512 at a time, so that the encodings of a large batch are never all in memory.
        for start in stride(from: 0, to: count, by: 512) {
            let range = start..<min(start + 512, count)
            let numbers = range.lowerBound * configuration.dimensions..<range.upperBound * configuration.dimensions
            scores.append(encoded(images[numbers], labels.map { Array($0[range]) }).scores)
        }
        return scores
    }

    /// The likelihood and the latents of every image; parameters and errors are those of ``score(_:labels:)``.
    ///
    /// Needs about 12 bytes of memory per number of the images for as long as the result is kept.
    public func encode(_ images: [Float], labels: [Int]? = nil) throws(GlowInputError) -> GlowEncoding {
        _ = try checked(images, labels)
        return encoded(images[...], labels)
    }

    private func encoded(_ images: ArraySlice<Float>, _ labels: [Int]?) -> GlowEncoding {
        let count = images.count / configuration.dimensions
        var encoding = GlowEncoding(configuration, images: count)
        let source = AlignedBuffer(Array(images))
        let pixels = configuration.height * configuration.width
        let all = RowView(source, rows: count * pixels, channels: configuration.channels)
        let total = Mutex(GlowTerms(levels, images: count))
        forEachChunk(count) { [encoding] range, arena in
            let input = all.rows(range.lowerBound * pixels..<range.upperBound * pixels)
            let given = configuration.classes == 0 ? [Int](repeating: 0, count: count) : labels
            var terms = GlowTerms(levels, images: range.count)
            forward(input, range, encoding, given.map { Array($0[range]) }, &terms, &arena)
            total.withLock { $0.add(terms, from: range.lowerBound) }
        }
        total.withLock { encoding.record($0, levels) }
        return encoding
    }

    /// Runs the images of `range`, writing their latents and the levels' inputs into `encoding`.
    private func forward(
        _ images: RowView,
        _ range: Range<Int>,
        _ encoding: GlowEncoding,
        _ classes: [Int]?,
        _ terms: inout GlowTerms,
        _ arena: inout GlowArena
    ) {
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

    private func checked(_ images: [Float], _ labels: [Int]?) throws(GlowInputError) -> Int {
        let count = images.count / configuration.dimensions
        guard count * configuration.dimensions == images.count else {
            throw .partialImage(count: images.count, configuration)
        }
        try check(labels, count)
        return count
    }

    /// One label per image, each a class of the model.
    func check(_ labels: [Int]?, _ count: Int) throws(GlowInputError) {
        guard let labels, configuration.classes > 0 else { return }
        guard labels.count == count else { throw .labelCount(labels.count, images: count) }
        for (image, label) in labels.enumerated() where !(0..<configuration.classes ~= label) {
            throw .label(label, image: image, classes: configuration.classes)
        }
    }
}
