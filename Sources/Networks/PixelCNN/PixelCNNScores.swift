// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
public import Vocabulary

/// The likelihood of a batch of images under a PixelCNN++, in nats but for `bpd`.
public struct PixelCNNScores: Sendable {
    /// D: numbers in one image.
    public let dimensions: Int
    /// Negative log-likelihood of each image, its pixels taken as they are.
    public internal(set) var nll: [Double]
    /// −ln of the probability of the 8-bit levels nearest to the pixels, given the pixels before them as they are.
    ///
    /// Noise that leaves every pixel in its level's cell changes the context alone.
    public internal(set) var intervalNLL: [Double]
    /// `nll` of the image rounded to 8-bit levels; nil where it was not asked for.
    public internal(set) var snappedNLL: [Double]?

    init(configuration: PixelCNNConfiguration, images: Int) {
        dimensions = configuration.dimensions
        nll = [Double](repeating: 0, count: images)
        intervalNLL = nll
    }

    /// Number of images.
    public var count: Int { nll.count }

    /// Bits per dimension of each image: nll / (D·ln 2).
    public var bpd: [Float] { perDimension(nll) }

    /// The columns of a result table whose `bpd` is that of the levels' cells: `bpd` and `nll`, and `bpd.density` of the
    /// pixels as they are.
    public var intervalColumns: [ResultTable.Column] {
        [
            ResultTable.Column(name: "bpd", values: perDimension(intervalNLL)),
            ResultTable.Column(name: "nll", values: intervalNLL.map { Float($0) }),
            ResultTable.Column(name: "bpd.density", values: bpd),
        ]
    }

    /// The columns of a result table: `bpd`, `nll`, `bpd.interval` and, where it was asked for, `bpd.snapped`.
    public var columns: [ResultTable.Column] {
        let snapped = snappedNLL.map { [ResultTable.Column(name: "bpd.snapped", values: perDimension($0))] }
        return [
            ResultTable.Column(name: "bpd", values: bpd),
            ResultTable.Column(name: "nll", values: nll.map { Float($0) }),
            ResultTable.Column(name: "bpd.interval", values: perDimension(intervalNLL)),
        ] + (snapped ?? [])
    }

    private func perDimension(_ nats: [Double]) -> [Float] {
        nats.map { Float($0 / (Double(dimensions) * PixelCNN.log2)) }
    }
}

extension PixelCNN {
    /// ln 2; the C library's `log` may differ in the last place between machines.
    static let log2 = 0.693147180559945309417232121458
}
