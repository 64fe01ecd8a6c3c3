// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Scores of how untypical an image's likelihood is, rather than how low: greater is less typical.
public enum Typicality {
    /// |bpd − mean of the training images|, for each image.
    ///
    /// E. Nalisnick, A. Matsukawa, Y. W. Teh, B. Lakshminarayanan (2019), with batches of one image.
    public static func distances(_ bpd: [Double], trainingMean: Double) -> [Double] {
        bpd.map { abs($0 - trainingMean) }
    }

    /// z = (2·quadratic − d)/√(2d) for each image.
    ///
    /// Twice a level's `quadratic.i` is χ² with as many degrees of freedom as the level has latents if they are
    /// standard normal.
    ///
    /// - Parameters:
    ///   - quadratic: the column of one level.
    ///   - dimensions: d, how many latents the level has.
    /// - Returns: a z for each image.
    public static func levelScores(quadratic: [Double], dimensions: Int) -> [Double] {
        let d = Double(dimensions)
        return quadratic.map { (2 * $0 - d) / (2 * d).squareRoot() }
    }

    /// The greatest of an image's z over the levels.
    ///
    /// - Parameters:
    ///   - quadratics: the column `quadratic.i` of each level.
    ///   - dimensions: how many latents each level has.
    ///   - twoSided: whether magnitudes are compared, so that latents that are too small count as well; off by default.
    /// - Returns: a score for each image; NaN where a level's is.
    public static func greatestLevelScores(
        quadratics: [[Double]],
        dimensions: [Int],
        twoSided: Bool = false
    ) -> [Double] {
        precondition(quadratics.count == dimensions.count, "a number of latents for each level")
        let scores = zip(quadratics, dimensions).map { levelScores(quadratic: $0, dimensions: $1) }
        guard let first = scores.first else { return [] }
        return first.indices.map { image in
            let own = scores.map { twoSided ? abs($0[image]) : $0[image] }
            return own.contains(where: \.isNaN) ? .nan : own.max() ?? .nan
        }
    }

    /// How many latents each level of a Glow has: half of what is left, and all of it at the last level.
    ///
    /// - Parameters:
    ///   - total: D, how many numbers the input has.
    ///   - levels: how many levels; at least 1.
    /// - Returns: a number for each level; they add up to `total`.
    public static func levelDimensions(of total: Int, levels: Int) -> [Int] {
        (1...levels).map { total >> min($0, levels - 1) }
    }
}
