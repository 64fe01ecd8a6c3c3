// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates
import KernelsAVX2
import KernelsAVX512
import KernelsPortable

/// Every kernel of one instruction set.
///
/// All instruction sets give the same bits; they differ in speed alone. A value is cheap to copy and may be used from
/// any thread; the functions run on the calling thread, splitting work over threads is the caller's (see `WorkPool`).
public struct KernelSet: Sendable {
    /// What the kernels were compiled for.
    public let instructionSet: InstructionSet

    let entries: KernelTable

    /// The kernels for `instructionSet`, which this machine must have (see `InstructionSet.choose(override:)`).
    public init(_ instructionSet: InstructionSet) {
        precondition(InstructionSet.available.contains(instructionSet), "this machine lacks \(instructionSet)")
        self.instructionSet = instructionSet
        entries =
            switch instructionSet {
            case .portable: KernelsPortable.makeKernelTable()
            case .avx2: KernelsAVX2.makeKernelTable()
            case .avx512: KernelsAVX512.makeKernelTable()
            }
    }
}
