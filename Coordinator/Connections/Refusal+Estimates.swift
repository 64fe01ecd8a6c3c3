// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

extension Refusal {
    /// Turns away a worker that would pass over how a sweep's likelihoods are taken, and compute other numbers; nil for one
    /// that would not.
    init?(estimatesTo hello: Hello) {
        let minor = ProtocolVersion.firstMinorWithEstimates
        guard hello.protocolVersion.minor < minor else { return nil }
        let reason = "this sweep's models have likelihood, draws or dequantisation"
        let text = "\(reason), which workers know from protocol 1.\(minor) on; you speak \(hello.protocolVersion)"
        self.init(.protocolVersion, text: "\(text): use one release of BitSweep on both")
    }
}
