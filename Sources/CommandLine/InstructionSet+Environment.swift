// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Kernels

extension InstructionSet {
    /// What this process computes with: the best that the machine has, or what `BITSWEEP_ISA` names.
    ///
    /// - Throws: `CommandFailure.usage` when that is none of this machine's.
    package static func ofProcess() throws(CommandFailure) -> InstructionSet {
        do {
            return try choose(override: ProcessInfo.processInfo.environment["BITSWEEP_ISA"])
        } catch {
            throw .usage("BITSWEEP_ISA: \(error)")
        }
    }
}
