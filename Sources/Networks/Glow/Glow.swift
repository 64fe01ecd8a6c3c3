// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Layers
import Synchronization

/// A Glow ready for inference: weights folded and packed, memory for every thread of the pool.
///
/// Images are single-precision numbers in [-0.5, 0.5), already dequantised, as (images, rows, columns, channels) in one
/// array. An image's results are the same bits whatever it is batched with, on any number of threads, with any
/// instruction set. NaN and infinity are carried through, never hidden.
///
/// Any thread may call; calls take turns.
public final class Glow: Sendable {
    /// Sizes and options of the model.
    public let configuration: GlowConfiguration
    private let network: GlowNetwork
    private let arenas: GlowArenas
    private let kernels: KernelSet

    /// Prepares the model of `checkpoint`.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of the family `glow`.
    ///   - imageSize: Rows and columns of the images; the checkpoint's by default. A Glow is made of convolutions, so
    ///     any size that can be halved once per level works.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``CheckpointError`` when the checkpoint is no Glow, or a permutation in it is none.
    public init(
        _ checkpoint: Checkpoint,
        imageSize: ImageSize? = nil,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(CheckpointError) {
        guard case .glow(var configuration) = checkpoint.metadata.architecture else {
            throw CheckpointError(file: checkpoint.name, at: .metadata("family"), "not a glow")
        }
        if let imageSize { (configuration.height, configuration.width) = (imageSize.height, imageSize.width) }
        if let problem = configuration.problem { throw CheckpointError(file: checkpoint.name, problem) }
        let network = try GlowNetwork(checkpoint, configuration)
        self.configuration = configuration
        self.network = network
        self.kernels = kernels
        arenas = GlowArenas(network, kernels: kernels, pool: pool)
    }

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
        let total = Mutex(GlowTerms(network.levels, images: count))
        arenas.forEachChunk(count) { [encoding, network] range, arena in
            let input = all.rows(range.lowerBound * pixels..<range.upperBound * pixels)
            let given = configuration.classes == 0 ? [Int](repeating: 0, count: count) : labels
            let classes = given.map { Array($0[range]) }
            let terms = network.forward(input, range, into: encoding, classes: classes, &arena)
            total.withLock { $0.add(terms, from: range.lowerBound) }
        }
        total.withLock { encoding.record($0, network.levels) }
        return encoding
    }

    /// The images whose latents are those of `encoding` times `factors`, one factor per level (paper, Algorithm 1).
    ///
    /// Only the levels up to the deepest with a factor other than 1 are run back; the state behind it is the forward
    /// pass's own. With all factors 1 the images come back bit for bit. Zeroing the first k levels is k zeros and then
    /// ones.
    ///
    /// - Returns: (images, rows, columns, channels), neither clamped nor rounded to levels.
    public func decode(_ encoding: GlowEncoding, scaling factors: [Float]) -> [Float] {
        decode(encoding, scaling: factors.map { LatentFactors(standardised: $0) })
    }

    /// The images whose latents are those of `encoding`, standardised and raw, times `factors`, one pair per level.
    ///
    /// - Returns: As ``decode(_:scaling:)-([Float])``.
    public func decode(_ encoding: GlowEncoding, scaling factors: [LatentFactors]) -> [Float] {
        let levels = configuration.levels
        precondition(encoding.configuration == configuration, "the encoding is another model's")
        precondition(factors.count == levels, "\(factors.count) factors for \(levels) levels")
        let deepest = (factors.lastIndex { !$0.isOne } ?? -1) + 1
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
        let factors = [LatentFactors](repeating: LatentFactors(), count: configuration.levels)
        return reversed(encoding, factors, from: configuration.levels)
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
        let factors = [LatentFactors](
            repeating: LatentFactors(standardised: temperature),
            count: configuration.levels
        )
        return reversed(encoding, factors, from: configuration.levels)
    }

    /// Runs the levels `deepest`…1 back.
    private func reversed(_ encoding: GlowEncoding, _ factors: [LatentFactors], from deepest: Int) -> [Float] {
        let images = AlignedBuffer(count: encoding.count * configuration.dimensions)
        let pixels = configuration.height * configuration.width
        let all = RowView(images, rows: encoding.count * pixels, channels: configuration.channels)
        arenas.forEachChunk(encoding.count) { [network] range, arena in
            let output = all.rows(range.lowerBound * pixels..<range.upperBound * pixels)
            network.reverse(output, encoding, range, scaling: factors, from: deepest, &arena)
        }
        return images.elements
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
    private func check(_ labels: [Int]?, _ count: Int) throws(GlowInputError) {
        guard let labels, configuration.classes > 0 else { return }
        guard labels.count == count else { throw .labelCount(labels.count, images: count) }
        for (image, label) in labels.enumerated() where !(0..<configuration.classes ~= label) {
            throw .label(label, image: image, classes: configuration.classes)
        }
    }
}
