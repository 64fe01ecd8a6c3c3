// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

/// One layer of a PixelCNN++ in training, whose gradients are compared with differences of its definition.
struct CausalLayerCase {
    let specs: [ParameterSpec]
    /// Numbers of each input.
    let inputs: [Int]
    /// Puts out what the layer does, given its parameters by name and its inputs.
    let definition: ((String) -> [Double], [[Double]]) -> [Double]

    /// What a layer computed: its output, and given the output's gradient those of its parameters and inputs.
    struct Found {
        let output: [Float]
        let parameters: AlignedBuffer
        let inputs: [[Float]]
    }

    /// Compares the layer with its definition and with central differences of the definition.
    ///
    /// `compute` is handed layout, parameters, inputs and the gradient of the output.
    func check(_ compute: (ParameterLayout, AlignedBuffer, [[Float]], [Float]) -> Found) {
        let layout = ParameterLayout(specs)
        let parameters = RandomParameters.vector(layout, seed: 3)
        let values = inputs.enumerated().map { RandomParameters.numbers($1, within: 1, seed: UInt64($0) + 4) }
        let doubles = values.map { $0.map(Double.init) }
        func output(_ parameters: [Double], _ inputs: [[Double]]) -> [Double] {
            definition({ Array(parameters[layout.range($0)]) }, inputs)
        }
        let center = parameters.elements.map(Double.init)
        let expected = output(center, doubles)
        let slope = RandomParameters.numbers(expected.count, within: 1, seed: 9)
        let found = compute(layout, parameters, values, slope)
        func objective(_ parameters: [Double], _ inputs: [[Double]]) -> Double {
            zip(output(parameters, inputs), slope).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        CentralDifferences.expect(found.output, near: expected, "output")
        let gradient = CentralDifferences.gradient(at: center) { objective($0, doubles) }
        for spec in specs {
            let range = layout.range(spec.name)
            CentralDifferences.expect(found.parameters.values(range), near: Array(gradient[range]), spec.name)
        }
        for (index, input) in found.inputs.enumerated() {
            let truth = CentralDifferences.gradient(at: doubles[index]) { point in
                var moved = doubles
                moved[index] = point
                return objective(center, moved)
            }
            CentralDifferences.expect(input, near: truth, "input \(index)")
        }
    }
}
