// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The likelihood terms of the images that one thread worked on together.
struct UnitTerms {
    /// Per level, then per image.
    var logDeterminant: [[Double]]
    /// Per level.
    var prior: [PriorTerms]
    var classes: [Int]
    var mixture: [Double]

    init(levels: Int, images: Int) {
        mixture = [Double](repeating: 0, count: images)
        logDeterminant = Array(repeating: mixture, count: levels)
        prior = Array(repeating: PriorTerms(images: images), count: levels)
        classes = [Int](repeating: 0, count: images)
    }
}

extension GlowEncoding {
    /// Takes over the terms of the images in `range`.
    mutating func record(_ terms: UnitTerms, _ range: Range<Int>) {
        classes.replaceSubrange(range, with: terms.classes)
        scores.classMixture.replaceSubrange(range, with: terms.mixture)
        for level in terms.prior.indices {
            scores.logDeterminant[level].replaceSubrange(range, with: terms.logDeterminant[level])
            scores.quadratic[level].replaceSubrange(range, with: terms.prior[level].quadratic)
            scores.logScale[level].replaceSubrange(range, with: terms.prior[level].logScale)
        }
        for image in range { scores.addUp(image) }
    }
}

/// −ln mean_y e^ℓ_y, as the likeliest class's −ℓ and the rest.
struct ClassMixture {
    /// The class of the largest ℓ; the first of equals.
    let likeliest: Int
    /// ln n − ln Σ_y e^(ℓ_y − max ℓ); between 0 and ln n.
    let cost: Double

    init(_ logLikelihoods: [Double]) {
        var likeliest = 0
        for label in logLikelihoods.indices where logLikelihoods[label] > logLikelihoods[likeliest] {
            likeliest = label
        }
        let sum = logLikelihoods.reduce(0) { $0 + PortableMath.exp($1 - logLikelihoods[likeliest]) }
        self.likeliest = likeliest
        cost = PortableMath.log(Double(logLikelihoods.count)) - PortableMath.log(sum)
    }
}
