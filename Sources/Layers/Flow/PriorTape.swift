// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

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

extension GaussianPrior {
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
