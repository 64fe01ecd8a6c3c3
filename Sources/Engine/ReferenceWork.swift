// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
import Networks

/// The same small piece of work everywhere, for whoever wants to know how fast a machine scores: images under an
/// additive Glow of 32×32 pixels, as deep as half of a model for MNIST.
public struct ReferenceWork {
    private static let configuration = GlowConfiguration(
        height: 32,
        width: 32,
        channels: 1,
        levels: 3,
        steps: 4,
        hiddenChannels: 64,
        classes: 0
    )

    private let model: Glow
    private let images: [Float]

    /// Work for as many images at once as keep `threads` busy.
    public init(kernels: KernelSet, threads: Int) {
        let dimensions = Self.configuration.dimensions
        images = KnownAnswers.images(dimensions, count: 8 * threads)
        do {
            let checkpoint = try KnownAnswers.checkpoint(.glow(Self.configuration))
            model = try Glow(checkpoint, kernels: kernels, pool: WorkPool(threads: threads))
        } catch {
            preconditionFailure("the model of the reference work is impossible: \(error)")
        }
    }

    /// Scores a batch; returns how many images it had.
    public func scoreBatch() -> Int {
        do {
            _ = try model.score(images)
        } catch {
            preconditionFailure("the reference work cannot be done: \(error)")
        }
        return images.count / Self.configuration.dimensions
    }
}
