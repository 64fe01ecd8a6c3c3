// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A chunk of a batch in one thread's hands: the parts of a pass that need no other chunk.
struct ResNetChunk {
    let pass: ResNetTrainingPass
    let index: Int
    let images: Range<Int>
    let workspace: TrainingWorkspace

    private var memory: ResNetTrainingMemory { pass.memory }
    private var layers: [TrainableResidualLayer] { pass.network.layers }

    /// The convolution of a layer, and the sums of its statistics.
    func convolve(_ layer: Int) {
        let convolved = view(memory.convolved[layer], layers[layer].output)
        layers[layer].convolution.convolve(convolved, input(of: layer), workspace)
        BatchStatistics.sum(convolved, into: memory.sums[layer], chunk: index, workspace.kernels)
    }

    /// What a layer writes.
    func normalise(_ layer: Int, _ norm: TrainableBatchNorm) {
        let written = view(memory.written[layer], layers[layer].output)
        let shortcut = layers[layer].shortcut
        shortcut?.forward(written, input(of: layer - 1))
        let convolved = view(memory.convolved[layer], layers[layer].output)
        norm.forward(written, convolved, accumulating: shortcut != nil, workspace.kernels)
    }

    /// The logits.
    func classify() {
        let last = layers.count - 1
        let means = rows(memory.means, layers[last].output.channels)
        pass.network.average.forward(means, view(memory.written[last], layers[last].output))
        pass.network.head.forward(logits, means, workspace)
    }

    /// The gradient of what the last layer wrote.
    func classifyBackward() {
        let (last, features) = (layers.count - 1, layers[layers.count - 1].output.channels)
        let logitGradients = rows(memory.logitGradients, pass.network.configuration.classes)
        let meanGradients = rows(memory.meanGradients, features)
        let labels = pass.labels[images]
        SoftmaxCrossEntropy.backward(logitGradients, logits, labels: labels, weight: 1 / Double(pass.count))
        pass.network.head.backward(
            meanGradients,
            outputGradient: logitGradients,
            input: rows(memory.means, features),
            backwardPass
        )
        pass.network.average.backward(view(memory.gradients[last], layers[last].output), meanGradients)
    }

    /// From the gradient of what a layer wrote to that of its normalised values, and past its block.
    func rectifyBackward(_ layer: Int, _ norm: TrainableBatchNorm) {
        let gradient = view(memory.gradients[layer], layers[layer].output)
        norm.rectify(
            gradient,
            y: view(memory.written[layer], layers[layer].output),
            x: view(memory.convolved[layer], layers[layer].output),
            into: memory.sums[layer],
            chunk: index,
            workspace.kernels
        )
        guard let shortcut = layers[layer].shortcut else { return }
        shortcut.backward(view(memory.gradients[layer - 2], layers[layer - 2].output), gradient)
    }

    /// From the gradient of a layer's normalised values to that of what the layer before it wrote.
    func convolveBackward(_ layer: Int, _ norm: TrainableBatchNorm.Gradient) {
        let gradient = view(memory.gradients[layer], layers[layer].output)
        norm.backward(gradient, x: view(memory.convolved[layer], layers[layer].output), workspace.kernels)
        // A block's way around has brought its part of the gradient already.
        let hasShare = layer + 1 < layers.count && layers[layer + 1].shortcut != nil
        layers[layer].convolution.convolveBackward(
            layer > 0 ? view(memory.gradients[layer - 1], layers[layer - 1].output) : nil,
            accumulating: hasShare,
            outputGradient: gradient,
            input: input(of: layer),
            backwardPass
        )
    }

    private var backwardPass: BackwardPass { BackwardPass(memory.chunks[index], workspace) }

    private var logits: RowView { rows(memory.logits, pass.network.configuration.classes) }

    /// What a layer reads.
    private func input(of layer: Int) -> RowView {
        view(layer > 0 ? memory.written[layer - 1] : pass.images, layers[layer].convolution.input)
    }

    /// The chunk's images, a row per pixel.
    private func view(_ buffer: AlignedBuffer, _ extent: ImageExtent) -> RowView {
        RowView(
            buffer,
            offset: images.lowerBound * extent.count,
            rows: images.count * extent.pixels,
            channels: extent.channels
        )
    }

    /// The chunk's images, a row for each.
    private func rows(_ buffer: AlignedBuffer, _ channels: Int) -> RowView {
        view(buffer, ImageExtent(height: 1, width: 1, channels: channels))
    }
}
