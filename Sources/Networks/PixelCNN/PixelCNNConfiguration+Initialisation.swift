// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

extension PixelCNNConfiguration {
    /// The first values of all parameters.
    func firstValues(_ draws: (Int) -> RandomStream) -> [String: [Float]] { firstValues(draws, Self.firstValues) }

    /// The first values of a parameter, by the last part of its name.
    private static func firstValues(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
        let count = spec.shape.reduce(1, *)
        if spec.name.hasSuffix(".v") {
            // The portable kernels: initial values must not depend on the machine either way, and need no speed.
            return draws.gaussians(count, KernelSet(.portable)).map { $0 * 0.05 }
        }
        return [Float](repeating: spec.name.hasSuffix(".g") ? 1 : 0, count: count)
    }
}
