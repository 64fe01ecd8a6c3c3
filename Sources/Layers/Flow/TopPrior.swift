// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The Gaussian of the last level's latents, the same at every pixel; its mean and log-scale depend on the class.
///
/// A learned top adds bias·e^(3·logs), a class y adds (weight[·, y] + bias)·e^(3·logs), as OpenAI's convolution of
/// zeros and its projection of the class do. Without either the prior is standard normal.
public struct TopPrior: Sendable {
    /// Mean, then log-scale, of every channel, for every class; a single row without classes.
    private let rows: [[Float]]

    /// The parameters of the prior of images with that many channels.
    public static func parameters(channels: Int, classes: Int, learned: Bool) -> [ParameterSpec] {
        let outputs = 2 * channels
        let top = [ParameterSpec("bias", [outputs]), ParameterSpec("logs", [outputs])]
        let conditional = [ParameterSpec("weight", [outputs, classes])] + top
        return (learned ? top : []) + (classes > 0 ? conditional.map { $0.scoped("class") } : [])
    }

    /// Takes its parameters from `parameters`, for images with that many channels.
    public init(_ parameters: ParameterSet, channels: Int, classes: Int, learned: Bool) {
        var base = [Double](repeating: 0, count: 2 * channels)
        if learned {
            let scale = ZeroConvolution.scale(parameters["logs"])
            base = zip(parameters["bias"].values, scale).map { Double($0) * $1 }
        }
        guard classes > 0 else {
            rows = [base.map { Float($0) }]
            return
        }
        let scope = parameters.scope("class")
        let (weight, bias) = (scope["weight"].values, scope["bias"].values)
        let scale = ZeroConvolution.scale(scope["logs"])
        rows = (0..<classes).map { label in
            base.indices.map { output in
                Float(base[output] + (Double(weight[output * classes + label]) + Double(bias[output])) * scale[output])
            }
        }
    }

    /// latents and z are (images, H, W, C); `classes` has one entry per image, 0 where the model has none.
    public func forward(
        _ latents: RowView,
        _ terms: inout PriorTerms,
        _ z: RowView,
        classes: [Int],
        _ workspace: Workspace
    ) {
        GaussianPrior.forward(latents, &terms, z, prior(z, classes, workspace), workspace.kernels)
    }

    /// Fills z (images, H, W, C) from `factor` times the latents.
    public func reverse(_ z: RowView, _ latents: RowView, factor: Float, classes: [Int], _ workspace: Workspace) {
        GaussianPrior.reverse(z, latents, factor: factor, prior(z, classes, workspace), workspace.kernels)
    }

    /// Mean and log-scale of every latent of z.
    private func prior(_ z: RowView, _ classes: [Int], _ workspace: Workspace) -> RowView {
        let prior = workspace.output(rows: z.rows, channels: 2 * z.channels)
        let pixels = z.rows / max(classes.count, 1)
        for (image, label) in classes.enumerated() {
            for row in image * pixels..<(image + 1) * pixels { prior.buffer.copy(rows[label], at: row * prior.stride) }
        }
        return prior
    }
}
