// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Keyring
import Testing

@Suite
struct EndpointProtectionTests {
    @Test(
        "what protects an endpoint follows from the reach, the keys and the wish",
        arguments: [
            // (only this machine, keys, --insecure, outcome)
            (true, false, false, EndpointProtection.plainOnLoopback),
            (true, false, true, .plainOnLoopback),
            (true, true, false, .encrypted),
            (true, true, true, .plainDespiteKeys),
            (false, false, false, .refused),
            (false, false, true, .plainOnRequest),
            (false, true, false, .encrypted),
            (false, true, true, .plainDespiteKeys),
        ]
    )
    func table(isLocal: Bool, hasKeys: Bool, isInsecure: Bool, outcome: EndpointProtection) {
        #expect(EndpointProtection(isLocal: isLocal, hasKeys: hasKeys, isInsecure: isInsecure) == outcome)
    }
}
