// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers

/// The likelihood terms of some images, or of one band of their lines, with zeros for what another thread computes.
struct GlowTerms {
    /// Per level, then per image and line: log-determinant of the couplings.
    var logDeterminant: [[Double]]
    /// Per level.
    var prior: [PriorTerms]
    var classes: [Int]
    var mixture: [Double]

    /// Zeros for that many images.
    init(_ levels: [GlowLevel], images: Int) {
        mixture = [Double](repeating: 0, count: images)
        logDeterminant = levels.map { [Double](repeating: 0, count: images * $0.extent.height) }
        prior = Array(repeating: PriorTerms(images: images), count: levels.count)
        classes = [Int](repeating: 0, count: images)
    }

    /// Adds the terms of the images from number `first` on.
    ///
    /// Each sum has one addend other than zero, so no order matters.
    mutating func add(_ other: GlowTerms, from first: Int) {
        for (offset, label) in other.classes.enumerated() { classes[first + offset] += label }
        Self.add(other.mixture, to: &mixture, at: first)
        for level in prior.indices {
            Self.add(other.prior[level].quadratic, to: &prior[level].quadratic, at: first)
            Self.add(other.prior[level].logScale, to: &prior[level].logScale, at: first)
            let lines = other.logDeterminant[level].count / max(other.classes.count, 1)
            Self.add(other.logDeterminant[level], to: &logDeterminant[level], at: first * lines)
        }
    }

    private static func add(_ terms: [Double], to sums: inout [Double], at first: Int) {
        for (offset, term) in terms.enumerated() { sums[first + offset] += term }
    }
}

extension GlowEncoding {
    /// Takes over the terms of all images.
    mutating func record(_ terms: GlowTerms, _ levels: [GlowLevel]) {
        classes = terms.classes
        scores.classMixture = terms.mixture
        for (index, level) in levels.enumerated() {
            scores.quadratic[index] = terms.prior[index].quadratic
            scores.logScale[index] = terms.prior[index].logScale
            let height = level.extent.height
            for image in classes.indices {
                let lines = terms.logDeterminant[index][image * height..<(image + 1) * height]
                scores.logDeterminant[index][image] = lines.reduce(0, +) + level.constantLogDeterminant
            }
        }
        for image in classes.indices { scores.addUp(image) }
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
