// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Kernels
import Testing

@Suite("NumericsIdentity")
struct NumericsIdentityTests {
    @Test("every instruction set of this machine has the same fingerprint", arguments: InstructionSet.available)
    func instructionSets(_ instructionSet: InstructionSet) {
        let portable = NumericsIdentity(measuredWith: KernelSet(.portable))
        #expect(NumericsIdentity(measuredWith: KernelSet(instructionSet)) == portable)
    }
}
