// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Testing

@Suite struct ClassifierGradientTests {
    private static func view(rows: Int, channels: Int, _ phase: Double) -> RowView {
        let values = (0..<rows * channels).map { Float(sin(Double($0) * 1.7 + phase)) }
        return RowView(AlignedBuffer(values), rows: rows, channels: channels)
    }

    private static func product(_ left: RowView, _ right: RowView) -> Double {
        zip(left.elements, right.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    @Test(
        "a shortcut's backward is its transpose: ⟨forward(x), g⟩ = ⟨x, backward(g)⟩",
        arguments: [(1, 4), (2, 4), (2, 7), (3, 4)]
    )
    func shortcut(stride: Int, outputs: Int) {
        let input = ImageExtent(height: 5, width: 4, channels: 4)
        let pixels = ((5 + stride - 1) / stride) * ((4 + stride - 1) / stride)
        let layer = IdentityShortcut(input, stride: stride)
        let (x, dx) = (Self.view(rows: 2 * 20, channels: 4, 0), Self.view(rows: 2 * 20, channels: 4, 1))
        let y = Self.view(rows: 2 * pixels, channels: outputs, 2)
        let dy = Self.view(rows: 2 * pixels, channels: outputs, 3)
        layer.forward(y, x)
        layer.backward(dx, dy)
        #expect(abs(Self.product(y, dy) - Self.product(x, dx)) <= 1e-5)
        #expect(abs(Self.product(y, dy)) > 0.01)
    }

    @Test("the mean's backward is its transpose")
    func average() {
        let layer = GlobalAveragePool(pixels: 6)
        let (x, dx) = (Self.view(rows: 18, channels: 5, 0), Self.view(rows: 18, channels: 5, 1))
        let (y, dy) = (Self.view(rows: 3, channels: 5, 2), Self.view(rows: 3, channels: 5, 3))
        layer.forward(y, x)
        layer.backward(dx, dy)
        #expect(abs(Self.product(y, dy) - Self.product(x, dx)) <= 1e-6)
        #expect(abs(Self.product(y, dy)) > 0.01)
    }

    @Test("the cross-entropy's gradient is that of central differences, however large the logits")
    func crossEntropy() {
        let labels = [2, 0, 4]
        let logits = Self.view(rows: 3, channels: 5, 0)
        for channel in 0..<5 { logits.buffer[10 + channel] += 1e4 }
        let gradient = Self.view(rows: 3, channels: 5, 1)
        SoftmaxCrossEntropy.backward(gradient, logits, labels: labels[...], weight: 0.25)
        func loss(_ index: Int, _ step: Double) -> Double {
            var values = logits.elements[index / 5 * 5..<index / 5 * 5 + 5].map(Double.init)
            let largest = values.max() ?? 0
            values[index % 5] += step
            return 0.25 * (log(values.reduce(0) { $0 + exp($1 - largest) }) + largest - values[labels[index / 5]])
        }
        for (index, found) in gradient.elements.enumerated() {
            let truth = (loss(index, 1e-4) - loss(index, -1e-4)) / 2e-4
            #expect(abs(Double(found) - truth) <= 1e-6)
        }
    }
}
