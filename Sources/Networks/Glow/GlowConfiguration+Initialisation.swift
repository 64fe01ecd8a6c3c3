// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension GlowConfiguration {
    /// The first values of a parameter, by the last parts of its name; 1×1 convolutions have theirs from
    /// `RandomRotation`.
    func firstValues(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
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
