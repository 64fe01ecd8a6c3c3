// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The likelihood of a batch of images under a Glow, and the exact sum it is made of.
///
/// Everything is in nats but `bpd`. For every image, nll = constant − Σ logDeterminant + Σ (quadratic + logScale) +
/// classMixture, the sums running over the levels in ascending order, in double precision.
public struct GlowScores: Sendable {
    /// D·(ln 256 + ½·ln 2π): the width of an 8-bit level and the normalisation of D Gaussians.
    public let constant: Double
    /// D: numbers in one image.
    public let dimensions: Int
    /// Negative log-likelihood of each image.
    public internal(set) var nll: [Double]
    /// Per level, then per image: log-determinant of the level's actnorms, 1×1 convolutions and couplings.
    public internal(set) var logDeterminant: [[Double]]
    /// Per level, then per image: ½·‖ε‖² of the level's standardised latents.
    public internal(set) var quadratic: [[Double]]
    /// Per level, then per image: sum of the log-scales of the level's prior.
    public internal(set) var logScale: [[Double]]
    /// What mixing the classes costs over the likeliest one: ln n − ln Σ_y e^(ℓ_y − max ℓ); 0 where a label was given.
    ///
    /// The last level's other terms are those of the likeliest class.
    public internal(set) var classMixture: [Double]

    init(configuration: GlowConfiguration, images: Int) {
        dimensions = configuration.dimensions
        constant = Double(dimensions) * (PortableConstant.log256 + PortableConstant.halfLogTwoPi)
        let zeros = [Double](repeating: 0, count: images)
        nll = zeros
        classMixture = zeros
        logDeterminant = Array(repeating: zeros, count: configuration.levels)
        quadratic = logDeterminant
        logScale = logDeterminant
    }

    /// Number of images.
    public var count: Int { nll.count }

    /// Bits per dimension of each image: nll / (D·ln 2).
    public var bpd: [Float] { bitsPerDimension.map { Float($0) } }

    /// ``bpd`` before it is rounded.
    var bitsPerDimension: [Double] {
        nll.map { $0 / (Double(dimensions) * PortableConstant.log2) }
    }

    /// The columns of a result table: `bpd`, `nll`, then `logdet.l`, `quadratic.l` and `logscale.l` of every level l,
    /// `mixture`.
    public var columns: [ResultTable.Column] {
        func column(_ name: String, _ values: [Double]) -> ResultTable.Column {
            ResultTable.Column(name: name, values: values.map { Float($0) })
        }
        let terms = [("logdet", logDeterminant), ("quadratic", quadratic), ("logscale", logScale)]
        return [ResultTable.Column(name: "bpd", values: bpd), column("nll", nll)]
            + terms.flatMap { name, levels in
                levels.enumerated().map { column("\(name).\($0.offset + 1)", $0.element) }
            }
            + [column("mixture", classMixture)]
    }

    /// Adds the scores of further images behind these.
    mutating func append(_ other: GlowScores) {
        nll += other.nll
        classMixture += other.classMixture
        for level in logDeterminant.indices {
            logDeterminant[level] += other.logDeterminant[level]
            quadratic[level] += other.quadratic[level]
            logScale[level] += other.logScale[level]
        }
    }

    /// Sums the terms of `image`.
    mutating func addUp(_ image: Int) {
        var sum = constant
        for level in logDeterminant.indices {
            sum -= logDeterminant[level][image]
            sum += quadratic[level][image]
            sum += logScale[level][image]
        }
        nll[image] = sum + classMixture[image]
    }
}

extension GlowConfiguration {
    /// D·ln 2: the nats of an image that are one bit per dimension.
    var natsPerBitPerDimension: Double { Double(dimensions) * PortableConstant.log2 }
}

/// Logarithms to the last place; the C library's may differ there between machines.
enum PortableConstant {
    static let log2 = 0.693147180559945309417232121458
    static let log256 = 8 * log2
    /// ½·ln 2π.
    static let halfLogTwoPi = 0.918938533204672741780329736406
}
