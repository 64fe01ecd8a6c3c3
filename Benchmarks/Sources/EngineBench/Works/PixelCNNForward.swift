// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks

extension Works {
    /// Bits per dimension of every image.
    @Sendable
    static func pixelCNNForward(_ setting: Setting) throws -> Pass {
        let model = try PixelCNN(
            Checkpoint(contentsOf: setting.weights),
            kernels: setting.kernels,
            pool: setting.pool
        )
        let images = try setting.images()
        return { try model.score(images).bpd }
    }
}
