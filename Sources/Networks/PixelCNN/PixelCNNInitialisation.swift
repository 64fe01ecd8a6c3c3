// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// First values of a PixelCNN++'s parameters, by the last part of their names.
enum PixelCNNInitialisation {
    static func values(of spec: ParameterSpec, _ draws: RandomStream) -> [Float] {
        let count = spec.shape.reduce(1, *)
        if spec.name.hasSuffix(".v") {
            // The portable kernels: initial values must not depend on the machine either way, and need no speed.
            return draws.gaussians(count, KernelSet(.portable)).map { $0 * 0.05 }
        }
        return [Float](repeating: spec.name.hasSuffix(".g") ? 1 : 0, count: count)
    }
}
