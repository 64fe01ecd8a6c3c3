// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The likelihood terms of one chunk's images.
struct GlowTrainingTerms: Sendable {
    /// Those of one level, for each image.
    struct Level: Sendable {
        /// Log-determinant of the couplings.
        var logDeterminant: [Double]
        var prior: PriorTerms
    }

    var levels: [Level]

    /// Zeros for that many images.
    init(levels: Int, images: Int) {
        let zeros = [Double](repeating: 0, count: images)
        self.levels = Array(repeating: Level(logDeterminant: zeros, prior: PriorTerms(images: images)), count: levels)
    }
}

extension GlowScores {
    /// Takes over the terms of the images in `range`; `constants` are the levels' log-determinants of any image.
    mutating func record(_ terms: GlowTrainingTerms, _ range: Range<Int>, _ constants: [Double]) {
        for (offset, image) in range.enumerated() {
            for (level, terms) in terms.levels.enumerated() {
                logDeterminant[level][image] = terms.logDeterminant[offset] + constants[level]
                quadratic[level][image] = terms.prior.quadratic[offset]
                logScale[level][image] = terms.prior.logScale[offset]
            }
            addUp(image)
        }
    }
}
