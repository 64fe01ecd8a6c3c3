// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks

extension Works {
    /// Bits per dimension after zeroing 1, 2, 3 and 4 levels, four numbers an image, from one forward pass.
    @Sendable
    static func glowZeroing(_ setting: Setting) throws -> Pass {
        let glow = try Glow(Checkpoint(contentsOf: setting.weights), kernels: setting.kernels, pool: setting.pool)
        let (images, labels) = (try setting.images(), try setting.labels())
        let levels = glow.configuration.levels
        return {
            let encoding = try glow.encode(images, labels: labels)
            let scores = try (1...4).map { zeroed in
                let factors = (0..<levels).map { Float($0 < zeroed ? 0 : 1) }
                return try glow.score(glow.decode(encoding, scaling: factors), labels: labels).bpd
            }
            return labels.indices.flatMap { image in scores.map { $0[image] } }
        }
    }
}
