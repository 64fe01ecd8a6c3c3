// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension ResNetConfiguration {
    /// The first values of all parameters.
    func firstValues(_ draws: (Int) -> RandomStream) -> [String: [Float]] { firstValues(draws, Self.firstValues) }

    /// The first values of a parameter, by the last part of its name.
    private static func firstValues(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
        let count = spec.shape.reduce(1, *)
        if spec.shape.count > 1 {
            let inputs = Float(spec.shape.dropFirst().reduce(1, *))
            // The portable kernels: initial values must not depend on the machine either way, and need no speed.
            return draws.gaussians(count, KernelSet(.portable)).map { $0 * (2 / inputs).squareRoot() }
        }
        let isOne = spec.name.hasSuffix("norm.weight") || spec.name.hasSuffix("norm.running-variance")
        return [Float](repeating: isOne ? 1 : 0, count: count)
    }
}
