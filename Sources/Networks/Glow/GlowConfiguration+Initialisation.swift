// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension GlowConfiguration {
    /// The first values of all parameters, those of a 1×1 convolution together.
    func firstValues(_ draws: (Int) -> RandomStream) -> [String: [Float]] {
        var values = firstValues(draws, Self.firstValues)
        let ending = "permutation"
        for (number, spec) in parameters.enumerated() where spec.name.hasSuffix(".\(ending)") {
            // One draw: that of the convolution's first parameter, which is this.
            let scope = spec.name.dropLast(ending.count)
            for (name, rotation) in RandomRotation(size: spec.shape[0], draws(number)).values {
                values[scope + name] = rotation
            }
        }
        return values
    }

    /// The first values of a parameter, by the last parts of its name.
    private static func firstValues(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
        let count = spec.shape.reduce(1, *)
        switch spec.name.split(separator: ".").suffix(2).joined(separator: ".") {
        case "first.weight", "second.weight":
            // The portable kernels: initial values must not depend on the machine either way, and need no speed.
            return draws.gaussians(count, KernelSet(.portable)).map { $0 * 0.05 }
        default:
            return [Float](repeating: 0, count: count)
        }
    }
}
