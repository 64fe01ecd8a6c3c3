// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

extension PixelCNN {
    /// The likelihood of every image.
    ///
    /// - Parameters:
    ///   - images: (images, rows, columns, 1) in [-1, 1].
    ///   - snapped: Whether to score the images rounded to 8-bit levels, too; it takes another pass over those that are
    ///     not already.
    /// - Returns: The scores, in the order of the images.
    /// - Throws: ``PixelCNNInputError`` when the numbers are no whole number of images.
    public func score(_ images: [Float], snapped: Bool = false) throws(PixelCNNInputError) -> PixelCNNScores {
        let count = try checked(images)
        let result = Mutex(PixelCNNScores(configuration: configuration, images: count))
        forEachChunk(images[...]) { range, images, logits in
            let terms = range.map { self.negativeLogLikelihood(images, logits, $0 - range.lowerBound) }
            result.withLock {
                $0.nll.replaceSubrange(range, with: terms.map(\.point))
                $0.intervalNLL.replaceSubrange(range, with: terms.map(\.interval))
            }
        }
        var scores = result.withLock { $0 }
        if snapped { scores.snappedNLL = try snappedNLL(images, scores.nll) }
        return scores
    }

    /// The logits of every pixel: M mixture weights, M means, M logarithms of scales.
    ///
    /// - Parameter images: (images, rows, columns, 1) in [-1, 1].
    /// - Returns: (images, rows, columns, 3M).
    /// - Throws: ``PixelCNNInputError`` when the numbers are no whole number of images.
    public func logits(_ images: [Float]) throws(PixelCNNInputError) -> [Float] {
        let size = configuration.size(0).pixels * mixture.logitCount
        let result = Mutex([Float](repeating: 0, count: try checked(images) * size))
        forEachChunk(images[...]) { range, _, logits in
            let elements = logits.elements
            result.withLock { $0.replaceSubrange(range.lowerBound * size..<range.upperBound * size, with: elements) }
        }
        return result.withLock { $0 }
    }

    /// What every pixel costs given those before it, −log₂ p(x_i | x_<i), in bits; an image's costs sum to its nll / ln
    /// 2.
    ///
    /// - Parameters:
    ///   - images: (images, rows, columns, 1) in [-1, 1].
    ///   - intervals: Whether it is the nearest level that has a length, so that they sum to the image's `intervalNLL`.
    /// - Returns: (images, rows, columns).
    /// - Throws: ``PixelCNNInputError`` when the numbers are no whole number of images.
    public func codeLengths(_ images: [Float], intervals: Bool = false) throws(PixelCNNInputError) -> [Float] {
        let pixels = configuration.size(0).pixels
        let result = Mutex([Float](repeating: 0, count: try checked(images) * pixels))
        forEachChunk(images[...]) { range, images, logits in
            let lengths = (0..<images.rows).map { row in
                let x = images.buffer[images.offset + row]
                let value =
                    intervals ? intervalLogMass(x, logits, row: row) : mixture.logLikelihood(x, logits, row: row)
                return Float(-value / Self.log2)
            }
            result.withLock { $0.replaceSubrange(range.lowerBound * pixels..<range.upperBound * pixels, with: lengths) }
        }
        return result.withLock { $0 }
    }

    /// Sums over the pixels of one image, in raster order.
    private func negativeLogLikelihood(
        _ images: RowView,
        _ logits: RowView,
        _ image: Int
    ) -> (point: Double, interval: Double) {
        let pixels = configuration.size(0).pixels
        var (point, interval) = (0.0, 0.0)
        for row in image * pixels..<(image + 1) * pixels {
            let x = images.buffer[images.offset + row]
            point -= mixture.logLikelihood(x, logits, row: row)
            interval -= intervalLogMass(x, logits, row: row)
        }
        return (point, interval)
    }

    /// The logarithm of the mass of the level nearest to x; NaN for NaN.
    private func intervalLogMass(_ x: Float, _ logits: RowView, row: Int) -> Double {
        LogisticMixture.level(of: x).map { mixture.logMass(level: $0, logits, row: row) } ?? .nan
    }

    /// The likelihood of the images rounded to levels; that of an image on them is its `nll`.
    private func snappedNLL(_ images: [Float], _ nll: [Double]) throws(PixelCNNInputError) -> [Double] {
        let size = configuration.dimensions
        let rounded = images.map { x in LogisticMixture.level(of: x).map { Self.input(level: $0) } ?? x }
        let moved = nll.indices.filter { image in
            (image * size..<(image + 1) * size).contains { rounded[$0] != images[$0] }
        }
        var result = nll
        let scores = try score(moved.flatMap { rounded[$0 * size..<($0 + 1) * size] })
        for (index, image) in moved.enumerated() { result[image] = scores.nll[index] }
        return result
    }

    private func checked(_ images: [Float]) throws(PixelCNNInputError) -> Int {
        let count = images.count / configuration.dimensions
        guard count * configuration.dimensions == images.count else {
            throw .partialImage(count: images.count, configuration)
        }
        return count
    }
}
