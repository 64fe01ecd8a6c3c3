// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Testing

@Suite struct GatedBlockGradientTests {
    private let size = ImageSize(height: 3, width: 4)
    private let filters = 3
    private let kernel = ImageSize(height: 2, width: 2)
    private let dropout = Dropout(probability256: 64, seed: 2, step: 4, firstImage: 6)

    /// What the sixth image's hidden activations are multiplied by.
    private var factors: [Double] {
        let stream = Dropout.stream(seed: 2, step: 4, image: 6, layer: 8)
        return (0..<size.pixels * 2 * filters).map { element in
            stream.word(element / 4) >> UInt32(8 * (element % 4)) & 255 < 64 ? 0 : 4 / 3
        }
    }

    /// x + p·sigmoid(q) of x and what comes from beside it.
    private func definition(_ values: (String) -> [Double], _ inputs: [[Double]]) -> [Double] {
        func convolved(_ x: [Double], _ name: String, outputs: Int, isWide: Bool = true) -> [Double] {
            let taps = isWide ? kernel : ImageSize(height: 1, width: 1)
            let channels = x.count / size.pixels
            let weight = NaiveCausal.weight(values("a.\(name).v"), values("a.\(name).g"), extents: (outputs, channels))
            let padding = isWide ? (1, 1, 0) : (0, 0, 0)
            return NaiveCausal.convolved(x, size, weight, values("a.\(name).bias"), kernel: taps, padding: padding)
        }
        let beside = (0..<size.pixels).flatMap { pixel in
            inputs[1...].flatMap { $0[pixel * filters..<(pixel + 1) * filters] }
        }
        let skip = convolved(NaiveCausal.celu(beside, channels: 2 * filters), "skip", outputs: filters, isWide: false)
        let input = convolved(NaiveCausal.celu(inputs[0], channels: filters), "input", outputs: filters)
        let hidden = NaiveCausal.celu(zip(input, skip).map { $0 + $1 }, channels: filters)
        let gates = convolved(zip(hidden, factors).map { $0 * $1 }, "output", outputs: 2 * filters)
        return inputs[0].enumerated().map { index, x in
            let place = index / filters * 2 * filters + index % filters
            return x + gates[place] / (1 + exp(-gates[place + filters]))
        }
    }

    @Test("a gated block with two skips and dropout")
    func gradients() {
        let shape = GatedBlockShape(filters: filters, kernel: kernel, shift: .downRight, skips: 2, size: size)
        let specs = shape.parameters.map { $0.scoped("a") }
        let inputs = [Int](repeating: size.pixels * filters, count: 3)
        CausalLayerCase(specs: specs, inputs: inputs, definition: definition).check {
            layout,
            parameters,
            inputs,
            slope in
            var end = 0
            let block = TrainableGatedBlock(layout, "a", shape, layer: 8, at: &end)
            let run = FoldedRun(block.convolutions, parameters, end, kept: Dropout.kept(probability256: 64))
            return compute(block, run, inputs, slope)
        }
    }

    /// Forward, then back, as a network does it.
    private func compute(
        _ block: TrainableGatedBlock,
        _ run: FoldedRun,
        _ inputs: [[Float]],
        _ slope: [Float]
    ) -> CausalLayerCase.Found {
        let (kernels, workspace) = (run.workspace.kernels, run.workspace)
        func zeros(_ factor: Int) -> RowView {
            RowView([Float](repeating: 0, count: size.pixels * factor * filters), channels: factor * filters)
        }
        let views = inputs.map { RowView($0, channels: filters) }
        let celus = views.map { view in
            let celu = zeros(2)
            kernels.concatenatedELU(view, into: celu)
            return celu
        }
        let inside = GatedBlockActivations(hidden: zeros(2), sums: zeros(1), gates: zeros(2))
        block.input.forward(inside.sums, celus[0], workspace)
        for product in 0..<2 {
            block.skip?.forward(inside.sums, celus[product + 1], of: product, accumulating: true, workspace)
        }
        block.activate(inside, dropout: dropout, workspace)
        block.output.forward(inside.gates, inside.hidden, workspace)
        block.add(views[0], to: views[0], inside, workspace)

        let dx = RowView(slope, channels: filters)
        block.backward(dx, inside, hiddenGradient: zeros(2), dropout: dropout, run.pass)
        let gradients = celus.enumerated().map { index, celu in
            let (dcelu, own) = (zeros(2), index == 0 ? dx : zeros(1))
            let layer = index == 0 ? block.input : block.skip ?? block.input
            let product = max(index - 1, 0)
            layer.backward(dcelu, outputGradient: inside.sums, celu, of: product, run.pass)
            kernels.concatenatedELUBackward(dcelu, activated: celu, into: own, accumulating: index == 0)
            return own.elements
        }
        return .init(output: views[0].elements, parameters: run.unfolded(block.convolutions), inputs: gradients)
    }
}
