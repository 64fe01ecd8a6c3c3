// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

@Suite struct CausalGradientTests {
    private static let size = ImageSize(height: 4, width: 6)

    @Test(
        "shifted convolutions",
        arguments: [ShiftedConvolution.Shift.down, .downRight],
        [1, 2]
    )
    func shifted(shift: ShiftedConvolution.Shift, stride: Int) {
        let kernel = ImageSize(height: 2, width: shift == .down ? 3 : 2)
        let padding = shift == .down ? (1, 1, 1) : (1, 1, 0)
        let specs = ShiftedConvolution.parameters(inputs: 3, outputs: 5, kernel: kernel).map { $0.scoped("a") }
        let scene = CausalLayerCase(specs: specs, inputs: [Self.size.pixels * 3]) { values, inputs in
            let weight = NaiveCausal.weight(values("a.v"), values("a.g"), extents: (5, 3))
            let bias = values("a.bias")
            return NaiveCausal.convolved(
                inputs[0],
                Self.size,
                weight,
                bias,
                kernel: kernel,
                padding: padding,
                stride: stride
            )
        }
        scene.check { layout, parameters, inputs, slope in
            var end = 0
            let layer = TrainableWeightNormConvolution(
                layout,
                "a",
                inputs: 3,
                outputs: 5,
                kernel: kernel,
                shift: shift,
                stride: stride,
                size: Self.size,
                at: &end
            )
            let run = FoldedRun(layer, parameters, end)
            let (x, dx) = (RowView(inputs[0], channels: 3), RowView(inputs[0].map { $0 * 0 }, channels: 3))
            let y = RowView(slope, channels: 5)
            layer.forward(y, x, run.workspace)
            let output = y.elements
            let dy = RowView(slope, channels: 5)
            layer.backward(dx, outputGradient: dy, x, run.pass)
            return .init(output: output, parameters: run.unfolded([layer]), inputs: [dx.elements])
        }
    }

    @Test("upsamplings", arguments: [ShiftedConvolution.Shift.down, .downRight], WeightNorm.Axis.allCases)
    func upsampling(shift: ShiftedConvolution.Shift, norm: WeightNorm.Axis) {
        let columns = shift == .down ? 3 : 2
        let specs = UpsamplingConvolution.parameters(inputs: 5, outputs: 5, shift: shift, norm: norm)
        let scene = CausalLayerCase(specs: specs.map { $0.scoped("a") }, inputs: [Self.size.pixels * 5]) {
            values,
            inputs in
            let isSecond = norm == .output
            let weight = NaiveCausal.weight(values("a.v"), values("a.g"), extents: (5, 5), isSecondAxis: isSecond)
            let skipped = shift == .down ? 1 : 0
            return NaiveCausal.upsampled(
                inputs[0],
                Self.size,
                weight,
                values("a.bias"),
                columns: columns,
                skipped: skipped
            )
        }
        scene.check { layout, parameters, inputs, slope in
            var end = 0
            let layer = TrainableUpsamplingConvolution(
                layout,
                "a",
                filters: 5,
                shift: shift,
                norm: norm,
                size: Self.size,
                at: &end
            )
            let run = FoldedRun(layer.convolution, parameters, end)
            let (x, dx) = (RowView(inputs[0], channels: 5), RowView(inputs[0].map { $0 * 0 }, channels: 5))
            let parities = RowView([Float](repeating: 0, count: slope.count), channels: 20)
            let y = RowView(slope, channels: 5)
            layer.forward(y, parities: parities, x, run.workspace)
            let dy = RowView(slope, channels: 5)
            layer.backward(dx, outputGradient: dy, parities: parities, x, run.pass)
            return .init(output: y.elements, parameters: run.unfolded([layer.convolution]), inputs: [dx.elements])
        }
    }

    @Test("the linear map of a pixel's past", arguments: [true, false])
    func past(isU: Bool) {
        let parts: [(PastConvolution.Part, scope: String)] =
            isU ? [(.above, "above")] : [(.lineAbove, "above"), (.left, "left")]
        let specs = parts.flatMap { part, scope in part.parameters(filters: 5).map { $0.scoped(scope) } }
        let image = RandomParameters.numbers(Self.size.pixels, within: 1, seed: 8)
        let pixels: [Double] = image.flatMap { [Double($0), 1] }
        let scene = CausalLayerCase(specs: specs, inputs: []) { values, _ in
            func part(_ scope: String, _ kernel: ImageSize, _ pad: (Int, Int, Int), down: Int, right: Int) -> [Double] {
                let weight = NaiveCausal.weight(values("\(scope).v"), values("\(scope).g"), extents: (5, 2))
                let bias = values("\(scope).bias")
                let y = NaiveCausal.convolved(pixels, Self.size, weight, bias, kernel: kernel, padding: pad)
                return NaiveCausal.shifted(y, Self.size, down: down, right: right)
            }
            if isU { return part("above", ImageSize(height: 2, width: 3), (1, 1, 1), down: 1, right: 0) }
            let above = part("above", ImageSize(height: 1, width: 3), (0, 1, 1), down: 1, right: 0)
            let left = part("left", ImageSize(height: 2, width: 1), (1, 0, 0), down: 0, right: 1)
            return zip(above, left).map { $0 + $1 }
        }
        scene.check { layout, parameters, _, slope in
            var end = 0
            let layer = TrainablePastConvolution(layout, "first", parts, filters: 5, size: Self.size, at: &end)
            let run = FoldedRun(layer.convolution, parameters, end)
            let images = RowView(image, channels: 1)
            let zeros = [Float](repeating: 0, count: Self.size.pixels * layer.pastCount)
            let y = RowView(slope, channels: 5)
            layer.forward(y, past: RowView(zeros, channels: layer.pastCount), images, run.workspace)
            let past = RowView(zeros, channels: layer.pastCount)
            let dy = RowView(slope, channels: 5)
            layer.backward(outputGradient: dy, past: past, images, run.pass)
            return .init(output: y.elements, parameters: run.unfolded([layer.convolution]), inputs: [])
        }
    }
}
