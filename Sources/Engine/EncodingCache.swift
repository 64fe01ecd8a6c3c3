// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

/// Forward passes of Glows that later shards may need again.
///
/// An image itself and all its zeroings begin from the same passes, one for each draw, and so do all chains that do the same to it before
/// they scale latents. They are kept draw by draw, because shards of
/// different cells have different bounds, and an image's pass is the same bits whatever it was batched with.
///
/// A full cache keeps what it has: cells go through the same images in the same order again and again, and whoever
/// makes room for the next image by forgetting the oldest has always just forgotten the one that is needed.
struct EncodingCache {
    /// All that decides an image's forward pass, but the image and the draw.
    struct Context: Hashable {
        var model: Digest
        var conditioning: Conditioning
        // An 8-bit image is on the levels already: whether a density or an interval is wanted, its passes are the same.
        var dequantisation: LikelihoodEstimate.Dequantisation
        var dataset: Digest
        var seed: UInt64
        /// What was done to the image first.
        ///
        /// Of an interval it is not moved to levels, so that the passes are the same, too.
        var transform: TransformSpec

        init(_ spec: ShardSpec, encoded transform: TransformSpec = .identity) {
            self.transform = transform
            (model, conditioning) = (spec.model.digest, spec.model.conditioning)
            dequantisation = spec.model.estimate.dequantisation
            (dataset, seed) = (spec.dataset.content, spec.seed)
        }
    }

    private let limit: Int
    private let contexts: Int
    /// Most recently used last.
    private var entries: [(context: Context, encodings: CachedEncodings)] = []

    /// A cache for the passes of the last `contexts` contexts, of each at most `limit` bytes.
    init(limit: Int, contexts: Int) {
        self.limit = limit
        self.contexts = contexts
    }

    /// The encoding of those draws; `make` gives that of those which are not in the cache.
    mutating func encoding(
        of images: [ImageDraw],
        from context: Context,
        make: ([ImageDraw]) throws(EngineError) -> GlowEncoding
    ) throws(EngineError) -> GlowEncoding {
        var kept = CachedEncodings(limit: limit)
        if let position = entries.firstIndex(where: { $0.context == context }) {
            kept = entries.remove(at: position).encodings
        }
        defer {
            entries.append((context, kept))
            if entries.count > contexts { entries.removeFirst() }
        }
        let missing = images.filter { kept[$0] == nil }
        if missing.count == images.count {
            let made = try make(images)
            kept.keep(made, of: images)
            return made
        }
        let made = missing.isEmpty ? nil : try make(missing)
        var fresh = (made.map { made in missing.indices.map { (encoding: made, position: $0) } } ?? [])[...]
        let joined = GlowEncoding.joined(images.compactMap { kept[$0] ?? fresh.popFirst() })
        if let made { kept.keep(made, of: missing) }
        return joined
    }
}

/// The forward passes of one context's images.
private struct CachedEncodings {
    private var room: Int
    private var places: [ImageDraw: (encoding: GlowEncoding, position: Int)] = [:]

    init(limit: Int) {
        room = limit
    }

    /// A pass: an encoding, and the position in it.
    subscript(image: ImageDraw) -> (encoding: GlowEncoding, position: Int)? { places[image] }

    /// Keeps the passes of `images` if there is room for all of them.
    mutating func keep(_ encoding: GlowEncoding, of images: [ImageDraw]) {
        guard encoding.byteCount <= room else { return }
        room -= encoding.byteCount
        for (position, image) in images.enumerated() { places[image] = (encoding, position) }
    }
}
