// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
public import Vocabulary

/// The likelihood of images, each averaged over K draws of their dequantisation:
/// log p̂ = log mean_k e^ℓ_k, ℓ_k being the log-likelihood of the k-th draw.
///
/// p̂ is an unbiased estimate of the probability of the image's cell; log p̂ is, in the mean, a lower bound of its
/// logarithm, that grows with K (Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders", 2016). The terms of
/// the sum are those of the draws, weighted by w_k = e^ℓ_k / Σ e^ℓ; with what the average costs over the weighted draws,
/// Σ w_k ln w_k + ln K, which is added to the mixture, they add up to nll as those of a single draw do.
public struct GlowDraws: Sendable {
    /// −log p̂ and its terms.
    public let scores: GlowScores
    /// Σ w_k ln w_k + ln K, between 0 and ln K; part of the mixture.
    public let drawMixture: [Double]
    /// Mean over the draws of each one's nll: what one draw costs.
    public let singleNLL: [Double]
    /// The standard error of `scores.nll`, by the delta method: s/(m·√K) of mean m and standard deviation s of e^ℓ_k.
    ///
    /// Where one draw outweighs the others it nears 1 nat, and says no more than that.
    public let standardError: [Double]

    /// Averages over the draws of each image.
    ///
    /// - Parameters:
    ///   - scores: Those of all draws, the draws of an image one after the other.
    ///   - draws: K, at least 1.
    public init(_ scores: GlowScores, draws: Int) {
        precondition(draws > 0 && scores.count % draws == 0, "\(scores.count) scores are not \(draws) for each image")
        let averages = (0..<scores.count / draws).map { image in
            DrawAverage(scores.nll[image * draws..<(image + 1) * draws].map { -$0 })
        }
        func weighted(_ term: [Double]) -> [Double] {
            averages.enumerated().map { image, average in average.mean(of: term[image * draws..<(image + 1) * draws]) }
        }
        var result = scores
        result.nll = averages.map { -$0.logMean }
        result.classMixture = zip(weighted(scores.classMixture), averages).map { $0 + $1.cost }
        result.logDeterminant = scores.logDeterminant.map(weighted)
        result.quadratic = scores.quadratic.map(weighted)
        result.logScale = scores.logScale.map(weighted)
        self.scores = result
        drawMixture = averages.map(\.cost)
        singleNLL = averages.map(\.meanNegative)
        standardError = averages.map(\.standardError)
    }

    /// The columns of a result table: those of a single draw's scores, then `mixture.draws`, the ``drawMixture`` in nats,
    /// and `bpd.single` and `bpd.se`, ``singleNLL`` and ``standardError`` in bits per dimension.
    public var columns: [ResultTable.Column] {
        func perDimension(_ name: String, _ nats: [Double]) -> ResultTable.Column {
            let unit = Double(scores.dimensions) * PortableConstant.log2
            return ResultTable.Column(name: name, values: nats.map { Float($0 / unit) })
        }
        return scores.columns + [
            ResultTable.Column(name: "mixture.draws", values: drawMixture.map { Float($0) }),
            perDimension("bpd.single", singleNLL), perDimension("bpd.se", standardError),
        ]
    }
}

/// The average of one image's likelihoods e^ℓ, and the draws' weights in it.
private struct DrawAverage {
    /// ln mean e^ℓ.
    let logMean: Double
    /// Σ w ln w + ln K.
    let cost: Double
    /// −mean ℓ.
    let meanNegative: Double
    /// Of `logMean`.
    let standardError: Double
    private let weights: [Double]

    init(_ logLikelihoods: [Double]) {
        let count = Double(logLikelihoods.count)
        meanNegative = -logLikelihoods.reduce(0, +) / count
        // What is not finite is kept: NaN reaches every figure, and nothing is possible where no draw is.
        let largest = logLikelihoods.contains { $0.isNaN } ? .nan : logLikelihoods.max() ?? .nan
        guard largest.isFinite else {
            (logMean, cost, standardError) = (largest, .nan, .nan)
            weights = logLikelihoods.map { _ in 1 / count }
            return
        }
        let shares = logLikelihoods.map { PortableMath.exp($0 - largest) }
        let sum = shares.reduce(0, +)
        let weights = shares.map { $0 / sum }
        let logCount = PortableMath.log(count)
        self.weights = weights
        logMean = largest + PortableMath.log(sum) - logCount
        cost = weights.reduce(logCount) { $1 > 0 ? $0 + $1 * PortableMath.log($1) : $0 }
        // s/(m√K) of the shares is that of the likelihoods: both are multiples of the same numbers.
        let squares = weights.reduce(0) { $0 + ($1 * count - 1) * ($1 * count - 1) }
        standardError = count > 1 ? (squares / (count - 1) / count).squareRoot() : .nan
    }

    /// The weighted mean of a term of the draws; exact where all have the same, as the log-determinants of an additive
    /// Glow are.
    func mean(of term: ArraySlice<Double>) -> Double {
        if let first = term.first, term.allSatisfy({ $0 == first }) { return first }
        return zip(weights, term).reduce(0) { $1.0 > 0 ? $0 + $1.0 * $1.1 : $0 }
    }
}
