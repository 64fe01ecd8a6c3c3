// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// Sums over one image's latents under their Gaussian prior; with the constant they make its log-density.
public struct PriorTerms: Sendable {
    /// ½·‖ε‖² for each image.
    public var quadratic: [Double]
    /// Sum of the log-scales for each image.
    public var logScale: [Double]

    /// Zeros for that many images.
    public init(images: Int) {
        quadratic = [Double](repeating: 0, count: images)
        logScale = quadratic
    }
}

/// What a level's latents are multiplied by on the way back from them.
public struct LatentFactors: Hashable, Sendable {
    /// The factor of the standardised latents ε.
    public var standardised: Float
    /// The factor of the latents z that these make.
    public var raw: Float

    /// Latents as they are unless said otherwise.
    public init(standardised: Float = 1, raw: Float = 1) {
        self.standardised = standardised
        self.raw = raw
    }

    /// Whether the latents stay as they are.
    ///
    /// NaN is not 1: it reaches the image.
    public var isOne: Bool { standardised == 1 && raw == 1 }
}

/// Latents and their standardised form, ε = (z − mean)·e^−logs, given mean and logs as the halves of `prior`'s
/// channels.
enum GaussianPrior {
    /// latents and z are (images, H, W, C), prior (images, H, W, 2C).
    static func forward(
        _ latents: RowView,
        _ terms: inout PriorTerms,
        _ z: RowView,
        prior: RowView,
        _ kernels: KernelSet
    ) {
        let images = terms.quadratic.count
        let pixels = z.rows / max(images, 1)
        let (mean, logs) = (prior.channels(0..<z.channels), prior.channels(z.channels..<2 * z.channels))
        for image in 0..<images {
            let rows = image * pixels..<(image + 1) * pixels
            let sums = kernels.standardize(
                z.rows(rows),
                mean: mean.rows(rows),
                logScale: logs.rows(rows),
                into: latents.rows(rows)
            )
            terms.quadratic[image] = 0.5 * sums.quadratic
            terms.logScale[image] = sums.logScale
        }
    }

    /// z = raw·(mean + standardised·ε·e^logs).
    static func reverse(
        _ z: RowView,
        _ latents: RowView,
        factors: LatentFactors,
        prior: RowView,
        _ kernels: KernelSet
    ) {
        kernels.unstandardize(
            latents,
            mean: prior.channels(0..<z.channels),
            logScale: prior.channels(z.channels..<2 * z.channels),
            factor: factors.standardised,
            into: z
        )
        guard factors.raw != 1 else { return }
        for row in 0..<z.rows {
            let first = z.offset + row * z.stride
            z.buffer.copy((first..<first + z.channels).map { z.buffer[$0] * factors.raw }, at: first)
        }
    }

    /// Gradients of z and of mean and log-scale, the halves of `priorGradient`'s channels, overwritten.
    ///
    /// The loss rises by `weight` with ½·‖ε‖² and with the sum of the log-scales.
    static func backward(
        _ dz: RowView,
        _ priorGradient: RowView,
        _ tape: PriorTape,
        weight: Float,
        _ kernels: KernelSet
    ) {
        let channels = dz.channels
        kernels.standardizeBackward(
            tape.latents,
            logScale: tape.prior.channels(channels..<2 * channels),
            weight: weight,
            into: dz,
            mean: priorGradient.channels(0..<channels),
            logScaleGradient: priorGradient.channels(channels..<2 * channels)
        )
    }
}

/// What a Gaussian prior's backward pass needs of forward.
public struct PriorTape: Sendable {
    /// Mean, then log-scale, of every latent: (images, H, W, 2C).
    let prior: RowView
    /// The standardised latents, (images, H, W, C).
    let latents: RowView

    /// Memory for the latents of `rows` pixels.
    init(rows: Int, channels: Int) {
        prior = RowView(AlignedBuffer(count: rows * 2 * channels), rows: rows, channels: 2 * channels)
        latents = RowView(AlignedBuffer(count: rows * channels), rows: rows, channels: channels)
    }

    private init(prior: RowView, latents: RowView) {
        self.prior = prior
        self.latents = latents
    }

    func rows(_ range: Range<Int>) -> PriorTape {
        PriorTape(prior: prior.rows(range), latents: latents.rows(range))
    }

    var isFinite: Bool { prior.isFinite && latents.isFinite }
}
