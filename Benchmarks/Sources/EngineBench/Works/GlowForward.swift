// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks

extension Works {
    /// Bits per dimension of every image.
    @Sendable
    static func glowForward(_ setting: Setting) throws -> Pass {
        let glow = try Glow(Checkpoint(contentsOf: setting.weights), kernels: setting.kernels, pool: setting.pool)
        let (images, labels) = (try setting.images(), try setting.labels())
        return { try glow.score(images, labels: labels).bpd }
    }
}
