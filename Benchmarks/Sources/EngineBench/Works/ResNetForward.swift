// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks

extension Works {
    /// Class logits of every image.
    @Sendable
    static func resNetForward(_ setting: Setting) throws -> Pass {
        let classifier = try ResNet(
            Checkpoint(contentsOf: setting.weights),
            kernels: setting.kernels,
            pool: setting.pool
        )
        let images = try setting.images()
        return { try classifier.logits(images) }
    }
}
