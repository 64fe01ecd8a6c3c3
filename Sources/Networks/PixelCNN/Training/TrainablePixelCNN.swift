// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of a PixelCNN++ in training, and where their weights lie in the effective vector.
struct TrainablePixelCNN: Sendable {
    /// Numbers in the effective vector.
    let effectiveCount: Int
    private let configuration: PixelCNNConfiguration
    private let mixture: LogisticMixture
    private let u: TrainablePixelCNNStream
    private let ul: TrainablePixelCNNStream
    private let last: TrainableWeightNormConvolution
    /// All convolutions with their weights, in the order of a pass forward.
    private let convolutions: [TrainableWeightNormConvolution]

    init(_ configuration: PixelCNNConfiguration, _ layout: ParameterLayout) {
        self.configuration = configuration
        mixture = LogisticMixture(components: configuration.mixtures)
        var (dropping, end) = (0, 0)
        u = TrainablePixelCNNStream(layout, configuration, .u, dropping: &dropping, at: &end)
        ul = TrainablePixelCNNStream(layout, configuration, .ul, dropping: &dropping, at: &end)
        last = TrainableWeightNormConvolution(
            layout,
            PixelCNNLayout.last,
            inputs: configuration.filters,
            outputs: mixture.logitCount,
            kernel: ImageSize(height: 1, width: 1),
            shift: .down,
            size: configuration.size(0),
            at: &end
        )
        convolutions = u.convolutions + ul.convolutions + [last]
        effectiveCount = end
    }

    /// Floats of working memory that one call of a layer needs.
    var scratchCount: Int { convolutions.map(\.scratchCount).max() ?? 0 }

    /// Numbers of the largest part of the effective vector that a pass backward writes at once.
    var largestPart: Int { convolutions.map(\.largestPart).max() ?? 0 }

    /// Folds the parameters of every layer behind a dropout that keeps the fraction `kept`; what `effective` holds does
    /// not matter.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer, kept: Double, _ pool: WorkPool) {
        // Some taps of an upsampling have no parameter and are zero, where a gradient may be left.
        effective.clear()
        pool.forEach(convolutions.count) { index, _ in
            convolutions[index].load(effective, at: parameters, kept: kept)
        }
    }

    /// Overwrites the parameters' gradient, given that of the effective weights.
    func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        at parameters: AlignedBuffer,
        kept: Double,
        _ pool: WorkPool
    ) {
        pool.forEach(convolutions.count) { index, _ in
            convolutions[index].unfold(gradient, effectiveGradient, at: parameters, kept: kept)
        }
    }

    /// Data-dependent initialisation of the layers that begin the streams; returns their names.
    func normaliseFirst(_ parameters: AlignedBuffer, _ images: RowView) -> Set<String> {
        for stream in [u, ul] { stream.first.normalise(parameters, images) }
        return Set([u, ul].map(\.first.convolution.name))
    }

    /// A pass forward, up to the logits.
    func forward(_ pass: some PixelCNNPass) {
        u.forward(pass)
        ul.forward(pass)
        pass.run(last) { chunk in
            last.forward(chunk.maps.logits, lastActivation(chunk), chunk.workspace)
            return chunk.maps.logits
        }
    }

    /// Goes back behind a pass forward; overwrites the effective vector's gradient.
    ///
    /// - Parameters:
    ///   - chunk: What the pass forward left; overwritten.
    ///   - gradients: None of them written.
    ///   - weight: Of each image's bits per dimension in the loss.
    ///   - pass: Where the effective vector's gradient goes.
    /// - Returns: Every image's bits per dimension.
    func backward(
        _ chunk: PixelCNNChunk,
        _ gradients: inout PixelCNNGradients,
        weight: Double,
        _ pass: BackwardPass
    ) -> [Double] {
        let losses = backwardLoss(chunk, weight: weight)
        let slot = gradients.slot(.ul, end)
        slot.view.buffer.clear()
        last.backward(
            slot.view.channels(0..<configuration.filters),
            outputGradient: chunk.maps.logits,
            lastActivation(chunk),
            pass
        )
        ul.backward(chunk, &gradients, pass)
        u.backward(chunk, &gradients, pass)
        return losses
    }

    /// Every image's bits per dimension; the logits become the gradient of their sum times `weight`.
    private func backwardLoss(_ chunk: PixelCNNChunk, weight: Double) -> [Double] {
        let (size, logits) = (configuration.dimensions, chunk.maps.logits)
        let bits = 1 / (Double(size) * PixelCNN.log2)
        return (0..<chunk.images.rows / size).map { image in
            let rows = image * size..<(image + 1) * size
            let own = logits.rows(rows)
            return bits * mixture.backward(own, own, chunk.images.rows(rows), weight: weight * bits)
        }
    }

    /// What the last layer reads: the first half of a concatenated ELU is the ELU.
    private func lastActivation(_ chunk: PixelCNNChunk) -> RowView {
        chunk.maps.activated(.ul, end, chunk.workspace.kernels).channels(0..<configuration.filters)
    }

    /// Where both streams end.
    private var end: PixelCNNPlace {
        PixelCNNPlace(way: .down, resolution: 0, index: configuration.downBlocks(0))
    }
}
