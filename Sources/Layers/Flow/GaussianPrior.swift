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

/// Latents and their standardised form, ε = (z − mean)·e^−logs, given mean and logs as the halves of `prior`'s
/// channels.
enum GaussianPrior {
    /// latents and z are (images, H, W, C), prior (images, H, W, 2C).
    static func forward(
        _ latents: RowView,
        _ terms: inout PriorTerms,
        _ z: RowView,
        _ prior: RowView,
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

    /// z = mean + factor·ε·e^logs.
    static func reverse(_ z: RowView, _ latents: RowView, factor: Float, _ prior: RowView, _ kernels: KernelSet) {
        kernels.unstandardize(
            latents,
            mean: prior.channels(0..<z.channels),
            logScale: prior.channels(z.channels..<2 * z.channels),
            factor: factor,
            into: z
        )
    }
}
